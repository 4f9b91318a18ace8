package org.rft4j.cli.config;

import java.util.List;
import java.util.function.Function;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.load.ExampleReader;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.Objective;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** How an algorithm is built into a trainer. */
public sealed interface Recipe {
    /**
     * What is minimised.
     *
     * @return the loss, with what it needs
     */
    Objective objective();

    /**
     * Learns from what the policy writes.
     *
     * @param algorithm what is minimised
     * @param greedyBaseline whether each task is answered once more at temperature 0, to compare with
     */
    record Online(Algorithm algorithm, boolean greedyBaseline) implements Recipe {
        @Override
        public Objective objective() {
            return algorithm;
        }
    }

    /**
     * Learns from examples that are chosen among what the policy writes.
     *
     * @param objective what is minimised
     * @param choice chooses, and makes rows
     */
    record Iterated(Objective objective, Function<Encoders, ExampleArrangement<TrajectoryGroup>> choice)
            implements Recipe {}

    /**
     * Learns from examples.
     *
     * @param objective what is minimised
     * @param shapes which examples it can learn from
     */
    record Offline(Objective objective, List<Shape<?>> shapes) implements Recipe {
        /** Copies the list. */
        public Offline {
            shapes = List.copyOf(shapes);
        }
    }

    /**
     * Examples, and rows of them.
     *
     * @param type what a row of the data set is
     * @param reader reads them
     * @param rows makes rows of them
     * @param <T> the examples
     */
    record Shape<T extends Example>(
            DataType type,
            Function<RowMapping, ExampleReader<T>> reader,
            Function<Encoders, ExampleArrangement<T>> rows) {}
}
