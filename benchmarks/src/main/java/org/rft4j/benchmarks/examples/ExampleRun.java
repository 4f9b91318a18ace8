package org.rft4j.benchmarks.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.algorithms.preference.PreferencePresets;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.ReferencePrecomputation;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;

/** A trainer as {@code example_worker.py} has one: the same loss, tokens in the same order, and optimiser. */
final class ExampleRun implements AutoCloseable {
    private static final int WITHOUT_END = 1_000_000;

    private final LanguageModel model;
    private final Policy policy;
    private final Optional<Reference> reference;
    private final List<List<ExampleRow>> rows;
    private final Trainer trainer;

    ExampleRun(TensorEngine engine, Path checkpoint, Path data, ExampleSettings settings, RunListener listener)
            throws IOException {
        model = LanguageModel.load(checkpoint, engine);
        policy = Policy.of(model.weights(), Trainable.everything());
        UpdatePlan plan = UpdatePlan.DEFAULT
                .withMicroBatches(settings.rows() * settings.longest(), settings.rows())
                .withMemory(settings.recompute() ? ActivationMemory.RECOMPUTE_LAYERS : ActivationMemory.KEEP_PRODUCTS);
        rows = units(ExampleData.read(data));
        Path folder = Files.createTempDirectory("rft4j-examples");
        Dataset<LanguageModeling> lines = numbers(rows.size());
        if (settings.kind() == ExampleSettings.Kind.SFT) {
            reference = Optional.empty();
        } else if (settings.precomputed()) {
            reference = Optional.of(ReferencePrecomputation.by(engine, model, policy)
                    .in(plan)
                    .of(folder.resolve("reference"), lines, settings.units(), this::arrange));
        } else {
            reference = Optional.of(Reference.copyOf(policy));
        }
        trainer = trainer(engine, settings, plan, lines, folder.resolve("run"), listener);
    }

    private static Dataset<LanguageModeling> numbers(int count) {
        List<LanguageModeling> numbers = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            numbers.add(new LanguageModeling(Integer.toString(n), Prompt.of("of line " + n), Map.of()));
        }
        return Datasets.of(numbers);
    }

    private static List<List<ExampleRow>> units(List<ExampleData.Line> lines) {
        List<List<ExampleRow>> units = new ArrayList<>();
        for (ExampleData.Line line : lines) {
            List<ExampleRow> rows = new ArrayList<>();
            int prompt = line.prompt().length;
            for (long[] answer : line.answers()) {
                long[] ids = Arrays.copyOf(line.prompt(), prompt + answer.length);
                System.arraycopy(answer, 0, ids, prompt, answer.length);
                boolean[] trained = new boolean[ids.length];
                Arrays.fill(trained, prompt, ids.length, true);
                rows.add(new ExampleRow(ids, trained, 0, Map.of()));
            }
            units.add(rows);
        }
        return units;
    }

    private Trainer trainer(
            TensorEngine engine,
            ExampleSettings settings,
            UpdatePlan plan,
            Dataset<LanguageModeling> lines,
            Path folder,
            RunListener listener) {
        Objective objective = settings.kind() == ExampleSettings.Kind.SFT
                ? LikelihoodPresets.sft()
                : PreferencePresets.dpo(ExampleSettings.BETA);
        TrainerBuilder builder = Trainer.builder(engine, model, policy)
                .offline(objective, this::arrange, Epochs.inOrder(lines, Epochs.FOREVER))
                .run(RunOptions.of(WITHOUT_END, settings.units(), 1, 1))
                .update(plan)
                .rates(Rates.constant(ExampleSettings.LEARNING_RATE))
                .checkpoints(new CheckpointPlan(0, 1, false))
                .folder(folder)
                .listeners(listener);
        reference.ifPresent(builder::reference);
        return builder.build();
    }

    /** The rows of the lines that the examples number. */
    private ArrangedRows arrange(List<LanguageModeling> examples) {
        List<ExampleRow> arranged = new ArrayList<>();
        for (int unit = 0; unit < examples.size(); unit++) {
            for (ExampleRow row : rows.get(Integer.parseInt(examples.get(unit).id()))) {
                arranged.add(new ExampleRow(row.ids(), row.trained(), unit, row.columns()));
            }
        }
        return ArrangedRows.of(arranged);
    }

    Trainer trainer() {
        return trainer;
    }

    @Override
    public void close() {
        trainer.close();
        reference.ifPresent(Reference::close);
        policy.close();
        model.close();
    }
}
