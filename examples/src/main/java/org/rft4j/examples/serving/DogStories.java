package org.rft4j.examples.serving;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;

/** Openings of stories, in which a dog should come. */
final class DogStories {
    static final int NEW_TOKENS = 24;

    private static final List<String> TRAINED = List.of(
            "Once upon a time, there was a",
            "One day, a little",
            "Once upon a time, in a big forest,",
            "It was a sunny day and",
            "Tim and his friend",
            "In the park, there was",
            "Lily and her mom",
            "There was a tall tree. It");

    private static final List<String> HELD_OUT = List.of(
            "Once there was a small", "A long time ago, in a house, there", "One night, the", "The teacher and a");

    private static final Pattern WORD = Pattern.compile("\\bdog\\b");

    /** 1 if a dog comes in, and is named once; else 0. For any number of dogs, stories would soon be "dog dog dog". */
    static final Reward DOG = Reward.named(
            "dog", story -> Score.of(WORD.matcher(story.completion()).results().count() == 1));

    private DogStories() {}

    static Dataset<TaskRecord> trained() {
        return openings("trained", TRAINED);
    }

    static Dataset<TaskRecord> heldOut() {
        return openings("held-out", HELD_OUT);
    }

    private static Dataset<TaskRecord> openings(String name, List<String> openings) {
        return Datasets.of(IntStream.range(0, openings.size())
                .mapToObj(i -> TaskRecord.of(name + "-" + i, openings.get(i)))
                .toList());
    }
}
