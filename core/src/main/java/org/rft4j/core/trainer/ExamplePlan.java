package org.rft4j.core.trainer;

import org.rft4j.core.data.Example;
import org.rft4j.core.data.stream.Batches;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExamplePreparation;
import org.rft4j.core.training.Objective;

/** Examples of a data set, and what becomes of them. */
record ExamplePlan<T extends Example>(
        Objective objective, ExampleArrangement<T> arrangement, ExampleStream<T> examples) {
    RoundSource rounds(int examplesPerRound, ExamplePreparation preparation) {
        return new ExampleRounds<>(Batches.of(examples, examplesPerRound), arrangement, objective, preparation);
    }
}
