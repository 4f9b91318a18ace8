package org.rft4j.examples.story;

import java.util.List;
import java.util.stream.IntStream;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;

/** How stories begin. The policy goes on with some of them in training, and with others when it is examined. */
public final class Openings {
    private static final List<String> TRAINED = List.of(
            "Once upon a time, there was a",
            "One day, a little",
            "Once upon a time, in a big forest,",
            "It was a sunny day and",
            "Tim and his friend",
            "In the park, there was",
            "Mom said to",
            "There was a big dog. He");

    private static final List<String> HELD_OUT = List.of(
            "Once there was a small", "A long time ago, in a house, there", "One night, the", "The teacher and a");

    private Openings() {}

    /**
     * Openings to learn on.
     *
     * @return eight of them
     */
    public static Dataset<TaskRecord> trained() {
        return tasks("trained", TRAINED);
    }

    /**
     * Openings that no training sees.
     *
     * @return four of them
     */
    public static Dataset<TaskRecord> heldOut() {
        return tasks("held-out", HELD_OUT);
    }

    private static Dataset<TaskRecord> tasks(String name, List<String> openings) {
        return Datasets.of(IntStream.range(0, openings.size())
                .mapToObj(i -> TaskRecord.of(name + "-" + i, openings.get(i)))
                .toList());
    }
}
