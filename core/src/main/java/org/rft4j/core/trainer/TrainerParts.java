package org.rft4j.core.trainer;

import java.nio.file.Path;
import java.util.List;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.TrainedModels;
import org.rft4j.engine.TensorEngine;

/** What a Trainer is made of, as its builder checked it. */
record TrainerParts(
        TensorEngine engine,
        LanguageModel model,
        TrainedModels models,
        Objective objective,
        RoundSource rounds,
        TrainerConfig config,
        Path folder,
        List<RunListener> listeners) {}
