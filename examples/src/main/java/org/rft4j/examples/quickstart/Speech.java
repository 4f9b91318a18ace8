package org.rft4j.examples.quickstart;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/** The task: go on with the opening of a story so that somebody speaks. Whether somebody does is seen in the text. */
final class Speech {
    /** A story's part has at most so many tokens, of which a word takes two or three. */
    static final int LONGEST = 48;

    /** At least two words between quotation marks. Between them nothing can match in two ways, so that no text is slow. */
    private static final Pattern SPOKEN = Pattern.compile("\"[^\"\\s]+\\s[^\"]+\"");

    private static final List<String> TRAINED = List.of(
            "Once upon a time, there was a",
            "One day, a little girl",
            "It was a sunny day and",
            "Tim and his friend",
            "In the park, there was",
            "There was a big dog. He",
            "A boy named Ben had a",
            "Lily and her mom went to");

    static final List<String> HELD_OUT = List.of(
            "Once there was a small cat. She",
            "A long time ago, in a house, there",
            "Sara had a red ball. One day,",
            "The bird");

    /** 1 where somebody speaks, and otherwise 0 and a word about what is missing. */
    static final Reward SOMEBODY_SPEAKS = Reward.named("somebody-speaks", Speech::score);

    private Speech() {}

    static Dataset<TaskRecord> trained() {
        return tasks("trained", TRAINED);
    }

    static Dataset<TaskRecord> heldOut() {
        return tasks("held-out", HELD_OUT);
    }

    private static Dataset<TaskRecord> tasks(String name, List<String> openings) {
        return Datasets.of(IntStream.range(0, openings.size())
                .mapToObj(i -> TaskRecord.of(name + "-" + i, openings.get(i)))
                .toList());
    }

    static boolean somebodySpeaks(String text) {
        return SPOKEN.matcher(text).find();
    }

    private static Score score(RewardSample sample) {
        if (somebodySpeaks(sample.completion())) {
            return Score.of(true);
        }
        String missing = sample.completion().contains("\"") ? "Nobody finishes speaking." : "Nobody speaks.";
        return Score.of(false).withFeedback(Feedback.negative(missing, "somebody-speaks"));
    }
}
