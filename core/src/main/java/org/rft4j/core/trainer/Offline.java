package org.rft4j.core.trainer;

import org.rft4j.core.data.Example;
import org.rft4j.core.data.stream.Batches;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.training.OfflineMethod;
import org.rft4j.core.training.OfflinePreparation;

/** A method and the examples that it learns from. */
record Offline<T extends Example>(OfflineMethod<T> method, ExampleStream<T> examples) {
    RoundSource rounds(int examplesPerRound, OfflinePreparation preparation) {
        return new OfflineRounds<>(Batches.of(examples, examplesPerRound), method, preparation);
    }
}
