package org.rft4j.core.trainer;

import java.nio.file.Path;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.TrainedModels;
import org.rft4j.engine.TensorEngine;

/** What a Trainer is made of, as its builder checked it. */
record TrainerParts(
        TensorEngine engine,
        Tokenizer tokenizer,
        TrainedModels models,
        Objective objective,
        RoundSource rounds,
        TrainerConfig config,
        Path folder,
        Exporter exporter) {
    /** Writes what was trained as a folder that Hugging Face tools load. */
    interface Exporter {
        void write(Path folder);
    }
}
