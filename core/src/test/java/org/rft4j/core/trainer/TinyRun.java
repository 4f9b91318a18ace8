package org.rft4j.core.trainer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.random.KeyedRandom;

/** A tiny model that learns a few texts by heart, in four rounds of two steps with a checkpoint after each. */
final class TinyRun implements AutoCloseable {
    static final int STEPS = 8;

    static final RunOptions RUN = RunOptions.of(4, 3, 1, 5);

    static final UpdatePlan UPDATE = UpdatePlan.DEFAULT.withSteps(1, 2).withMicroBatches(64, 2);

    private static final List<String> TEXTS = List.of("one and one", "two", "three or four", "five", "six and six");

    private final LanguageModel model = freshModel();

    private final Policy policy = Policy.of(model.weights(), Trainable.everything());

    LanguageModel model() {
        return model;
    }

    Policy policy() {
        return policy;
    }

    static LanguageModel freshModel() {
        return LanguageModel.fresh(
                DecoderConfig.builder().vocabulary(259).untiedHead().build(),
                Tokenizers.bytes(),
                KeyedRandom.ofSeed(1),
                TestEngine.engine());
    }

    /** A builder of everything but what is learned. */
    TrainerBuilder builder(Path folder, RunListener... listeners) {
        return Trainer.builder(TestEngine.engine(), model, policy)
                .run(RUN)
                .update(UPDATE)
                .rates(Rates.constant(1e-3))
                .checkpoints(new CheckpointPlan(1, 3, false))
                .folder(folder)
                .listeners(listeners);
    }

    /** The run as it is meant to be. */
    TrainerBuilder whole(Path folder, RunListener... listeners) {
        ByHeart whole = new ByHeart("by-heart", 1);
        return builder(folder, listeners).offline(whole, whole, examples(RUN.seed(), Epochs.FOREVER));
    }

    /** The same builder with other examples. */
    static TrainerBuilder learning(TrainerBuilder builder, ByHeart what, ExampleStream<LanguageModeling> examples) {
        return builder.offline(what, what, examples);
    }

    static ExampleStream<LanguageModeling> examples(long seed, long epochs) {
        return Epochs.shuffled(data(), seed, epochs);
    }

    static Dataset<LanguageModeling> data() {
        List<LanguageModeling> examples = new ArrayList<>();
        for (String text : TEXTS) {
            examples.add(new LanguageModeling("text-" + text, Prompt.of(text), Map.of()));
        }
        return Datasets.of(examples);
    }

    @Override
    public void close() {
        policy.close();
        model.close();
    }

    /** The likelihood of every byte but the first; as many rows of an example as a unit has. */
    record ByHeart(String name, int rowsPerExample) implements Objective, ExampleArrangement<LanguageModeling> {
        @Override
        public Needs needs() {
            return Needs.NOTHING_MORE;
        }

        @Override
        public RowWeights weights() {
            return counts -> {
                double[] weights = new double[counts.length];
                Arrays.fill(weights, 1.0 / Arrays.stream(counts).sum());
                return weights;
            };
        }

        @Override
        public ArrangedRows arrange(List<LanguageModeling> examples) {
            List<ExampleRow> rows = new ArrayList<>();
            for (int n = 0; n < examples.size(); n++) {
                String text = ((Prompt.Text) examples.get(n).content()).text();
                long[] ids = Tokenizers.bytes().encode(text, false).ids();
                for (int row = 0; row < rowsPerExample; row++) {
                    boolean[] trained = new boolean[ids.length];
                    Arrays.fill(trained, 1, ids.length, true);
                    rows.add(new ExampleRow(ids, trained, n, Map.of()));
                }
            }
            return ArrangedRows.of(rows);
        }

        @Override
        public LossResult loss(LossInput input) {
            return LossResult.of(input.weighted(input.logProbs().neg()));
        }
    }
}
