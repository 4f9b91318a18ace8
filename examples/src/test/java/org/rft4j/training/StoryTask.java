package org.rft4j.training;

import java.util.stream.IntStream;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.rollout.environment.Critic;

/** Go on with the opening of a story so that Lily comes in before 24 tokens are over. A right text earns 1, another one 0. */
final class StoryTask {
    static final int LONGEST = 24;

    private static final String WORD = "Lily";

    private static final String[] SEEN = {
        "Once upon a time, there was a",
        "One day, a little",
        "Once upon a time, in a big forest,",
        "It was a sunny day and",
        "Tim and his friend",
        "In the park, there was",
        "Mom said to",
        "There was a big dog. He"
    };

    private static final String[] HELD_OUT = {
        "Once there was a small", "A long time ago, in a house, there", "One night, the", "The teacher and a"
    };

    /** Whether Lily comes in. */
    static final Reward LILY =
            Reward.named("lily", sample -> Score.of(sample.completion().contains(WORD)));

    /** Names the word, in the words of a story. */
    static final Critic NAMES_THE_WORD = (task, answer, score) -> " Her name was " + WORD + ".";

    private StoryTask() {}

    static Dataset<TaskRecord> seen() {
        return tasks("seen", SEEN);
    }

    static Dataset<TaskRecord> heldOut() {
        return tasks("held-out", HELD_OUT);
    }

    private static Dataset<TaskRecord> tasks(String name, String... openings) {
        return Datasets.of(IntStream.range(0, openings.length)
                .mapToObj(i -> TaskRecord.of(name + "-" + i, openings[i]))
                .toList());
    }
}
