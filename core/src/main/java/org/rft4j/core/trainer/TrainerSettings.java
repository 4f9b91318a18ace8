package org.rft4j.core.trainer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.diagnosis.DiagnosisOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.selection.GroupGathering;
import org.rft4j.core.selection.GroupSource;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Trainee;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.engine.TensorEngine;

/** What a builder has been told. Complete once it has been checked. */
final class TrainerSettings {
    final TensorEngine engine;
    final Tokenizer tokenizer;
    final @Nullable LanguageModel model;
    final Trainee trainee;

    @Nullable
    Algorithm algorithm;

    @Nullable
    ExamplePlan<?> examples;

    @Nullable
    SamplePlan samples;

    @Nullable
    TaskSelector tasks;

    @Nullable
    Dataset<TaskRecord> data;

    @Nullable
    Rollout rollout;

    @Nullable
    Rollout baseline;

    @Nullable
    RewardScorer scorer;

    boolean environmentReward;

    @Nullable
    Function<TaskRecord, List<String>> sampleAnswers;

    @Nullable
    BiFunction<TaskSelector, GroupSource, GroupGathering> gathering;

    @Nullable
    ActorCritic actorCritic;

    @Nullable
    Reference reference;

    @Nullable
    RunOptions run;

    @Nullable
    Overlap overlap;

    @Nullable
    Path folder;

    UpdatePlan update = UpdatePlan.DEFAULT;
    Rates rates = Rates.constant(1e-6);

    @Nullable
    Rates criticRates;

    CheckpointPlan checkpoints = CheckpointPlan.DEFAULT;
    Evaluations evaluations = Evaluations.NONE;
    DiagnosisOptions diagnosis = DiagnosisOptions.DEFAULT;
    int completionsEveryRounds = 1;
    String baseModel = "";
    final List<RunListener> listeners = new ArrayList<>();

    TrainerSettings(TensorEngine engine, Tokenizer tokenizer, @Nullable LanguageModel model, Trainee trainee) {
        this.engine = engine;
        this.tokenizer = tokenizer;
        this.model = model;
        this.trainee = trainee;
    }
}
