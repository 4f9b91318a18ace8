package org.rft4j.examples.preferences;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;

/** Openings of stories, and what readers of this example prefer: stories with an animal. */
final class AnimalStories {
    /** Long enough for an animal to come in, short enough to be read at a glance. */
    static final int NEW_TOKENS = 32;

    /** Tokens of opening and story at most. */
    static final int LONGEST = 128;

    private static final Pattern ANIMAL = Pattern.compile(
            "\\b(bear|bee|bird|bunny|butterfly|cat|cow|dog|duck|elephant|fish"
                    + "|fox|frog|horse|kitten|lion|monkey|mouse|owl|pig|puppy|rabbit|sheep|squirrel|tiger|turtle)s?\\b");

    private static final List<String> IN_THE_FILE = List.of(
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

    /** 1 if an animal comes in, else 0. DPO is not told of it; it measures what DPO has learned from the pairs. */
    static final Reward ANIMALS = Reward.named(
            "animal", story -> Score.of(ANIMAL.matcher(story.completion()).find()));

    private AnimalStories() {}

    /** Those behind which the stories of the preference file were written. */
    static Dataset<TaskRecord> inTheFile() {
        return openings("file", IN_THE_FILE);
    }

    /** Others, which the file does not have. */
    static Dataset<TaskRecord> heldOut() {
        return openings("held-out", HELD_OUT);
    }

    private static Dataset<TaskRecord> openings(String name, List<String> openings) {
        return Datasets.of(IntStream.range(0, openings.size())
                .mapToObj(i -> TaskRecord.of(name + "-" + i, openings.get(i)))
                .toList());
    }
}
