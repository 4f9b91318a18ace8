package org.rft4j.core.trainer;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.random.KeyedRandom;

/** A tiny reward model that learns which answers have an even digit, in rounds of two steps. */
final class TinyRewardRun implements AutoCloseable {
    static final int STEPS = 8;

    private static final int HELD_OUT = 100;

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz ";

    private final LanguageModel model = freshModel();

    private final RewardModel rewards;

    TinyRewardRun(Trainable trainable) {
        rewards = RewardModel.trained(classifierOf(model), trainable);
    }

    /** The same weights each time. */
    static LanguageModel freshModel() {
        return LanguageModel.fresh(
                DecoderConfig.builder().vocabulary(259).build(),
                Tokenizers.bytes(),
                KeyedRandom.ofSeed(1),
                TestEngine.engine());
    }

    static ClassifierWeights classifierOf(LanguageModel model) {
        Tokenizer tokenizer = model.tokenizer();
        return ClassifierWeights.from(
                model.weights(),
                1,
                tokenizer.specialTokens().pad().orElseThrow().id(),
                KeyedRandom.ofSeed(2));
    }

    RewardModel rewards() {
        return rewards;
    }

    TrainerBuilder builder(Path folder, RunListener... listeners) {
        return Trainer.builder(TestEngine.engine(), model.tokenizer(), rewards)
                .run(RunOptions.of(4, 8, 1, 5))
                .update(UpdatePlan.DEFAULT.withSteps(1, 2).withMicroBatches(64, 4))
                .rates(Rates.constant(1e-3))
                .checkpoints(new CheckpointPlan(1, 3, false))
                .folder(folder)
                .listeners(listeners);
    }

    /** The run as it is meant to be. */
    TrainerBuilder whole(Path folder, RunListener... listeners) {
        return learning(builder(folder, listeners), new Preferring(1));
    }

    static TrainerBuilder learning(TrainerBuilder builder, Preferring what) {
        return builder.offline(what, what, stream());
    }

    static ExampleStream<Preference> stream() {
        return Epochs.shuffled(Datasets.of(preferences("train", 64)), 5, Epochs.FOREVER);
    }

    /** Answers of different lengths with one digit in them. */
    private static List<Preference> preferences(String name, int count) {
        KeyedRandom random = KeyedRandom.ofSeed(3).derive(name);
        List<Preference> all = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            KeyedRandom of = random.derive(n);
            all.add(new Preference(
                    name + "-" + n,
                    Prompt.of("digit: "),
                    Answer.of(text(of.derive("chosen"), 0)),
                    Answer.of(text(of.derive("rejected"), 1)),
                    Map.of()));
        }
        return all;
    }

    private static String text(KeyedRandom random, int parity) {
        int length = 2 + below(random.uniform(0), 6);
        int place = below(random.uniform(1), length);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(
                    i == place
                            ? (char) ('0' + 2 * below(random.uniform(2), 5) + parity)
                            : LETTERS.charAt(below(random.uniform(10 + i), LETTERS.length())));
        }
        return text.toString();
    }

    private static int below(double uniform, int bound) {
        return (int) (uniform * bound);
    }

    /** The share of held-out pairs whose chosen answer is worth more. */
    static double accuracy(RewardModel model) {
        float[] rewards = rewardsOf(model);
        int right = 0;
        for (int pair = 0; pair < HELD_OUT; pair++) {
            right += rewards[2 * pair] > rewards[2 * pair + 1] ? 1 : 0;
        }
        return right / (double) HELD_OUT;
    }

    /** Chosen and rejected answers in turn. */
    static TokenBatch heldOut() {
        List<ExampleRow> rows =
                new Preferring(1).arrange(preferences("held-out", HELD_OUT)).rows();
        return TokenBatch.of(
                rows.stream().map(ExampleRow::ids).toList(),
                rows.stream().map(ExampleRow::trained).toList());
    }

    /** Of held-out answers, chosen and rejected in turn. */
    static float[] rewardsOf(RewardModel model) {
        try (NativeScope scope = TestEngine.scope()) {
            return model.score(heldOut(), BatchLayout.rightPadded(), ActivationMemory.KEEP_NOTHING, scope.manager())
                    .rewards()
                    .toFloatArray();
        }
    }

    @Override
    public void close() {
        rewards.close();
        model.close();
    }

    /** The logistic loss of pairs, or with the sign -1 the contrary; rows train their last token alone. */
    record Preferring(int sign) implements Objective, ExampleArrangement<Preference> {
        @Override
        public String name() {
            return "preferring";
        }

        @Override
        public Needs needs() {
            return Needs.NOTHING_MORE;
        }

        @Override
        public RowWeights weights() {
            return counts -> new double[counts.length];
        }

        @Override
        public ArrangedRows arrange(List<Preference> examples) {
            List<ExampleRow> rows = new ArrayList<>();
            for (int n = 0; n < examples.size(); n++) {
                String prompt = ((Prompt.Text) examples.get(n).prompt()).text();
                for (Answer answer :
                        List.of(examples.get(n).chosen(), examples.get(n).rejected())) {
                    long[] ids = Tokenizers.bytes()
                            .encode(prompt + ((Answer.Text) answer).text(), false)
                            .ids();
                    boolean[] trained = new boolean[ids.length];
                    trained[ids.length - 1] = true;
                    rows.add(new ExampleRow(ids, trained, n, Map.of()));
                }
            }
            return ArrangedRows.of(rows);
        }

        @Override
        public LossResult loss(LossInput input) {
            NDArray pairs = input.sequenceSums(input.requireValues()).reshape(-1, 2);
            NDArray margin = pairs.get(":, 0").sub(pairs.get(":, 1"));
            NDArray perPair = margin.mul(-sign).exp().add(1).log();
            return new LossResult(
                    input.unitMean(perPair), new LossMetrics().share("margin", input.unitMean(margin.stopGradient())));
        }
    }
}
