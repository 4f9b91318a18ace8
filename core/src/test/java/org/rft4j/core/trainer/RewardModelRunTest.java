package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.checkpoint.SafetensorsWriter;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.lora.AdaptedClassifier;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;

/** Training a reward model: it learns, is saved, and goes on. */
class RewardModelRunTest {
    private static final int ROUNDS = 25;
    private static final double START_AT_LEAST = 0.3;
    private static final double START_AT_MOST = 0.7;
    private static final double LEARNED = 0.9;
    private static final double UNLEARNED = 0.15;
    private static final int STOPPED_AT = 5;

    /** The byte tokenizer's. */
    private static final long PAD = 258;

    /** Folder into which trained reward models are saved, for {@code check_saved.py}. */
    private static final String SAVED = System.getProperty("rft4j.saved", "");

    @TempDir
    Path temporary;

    static Stream<Arguments> trainable() {
        return Stream.of(
                Arguments.of("everything", Trainable.everything(), List.of("model.safetensors", "config.json")),
                Arguments.of(
                        "adapter",
                        Trainable.lora(LoraConfig.of(4, 8, LoraTargets.allLinear())),
                        List.of("adapter_model.safetensors", "adapter_config.json")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("trainable")
    void learnsToPreferAndDoesNotWithTheSignFlipped(String name, Trainable trainable) {
        for (int sign : new int[] {1, -1}) {
            try (TinyRewardRun run = new TinyRewardRun(trainable);
                    Trainer trainer = TinyRewardRun.learning(
                                    longer(run, temporary.resolve(name + sign)), new TinyRewardRun.Preferring(sign))
                            .build()) {
                assertThat(TinyRewardRun.accuracy(run.rewards())).isBetween(START_AT_LEAST, START_AT_MOST);
                assertThat(trainer.run().reason()).isEqualTo(RunEnd.Reason.FINISHED);
                double learned = TinyRewardRun.accuracy(run.rewards());
                if (sign > 0) {
                    assertThat(learned).isGreaterThan(LEARNED);
                } else {
                    assertThat(learned).isLessThan(UNLEARNED);
                }
            }
        }
    }

    private static TrainerBuilder longer(TinyRewardRun run, Path folder, RunListener... listeners) {
        return run.builder(folder, listeners)
                .run(RunOptions.of(ROUNDS, 16, 1, 5))
                .rates(Rates.constant(3e-3))
                .checkpoints(CheckpointPlan.DEFAULT);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("trainable")
    void aStoppedRunGoesOnAsIfItHadNotBeenStopped(String name, Trainable trainable, List<String> files)
            throws IOException {
        Path whole = temporary.resolve("whole");
        Path stopped = temporary.resolve("stopped");
        try (TinyRewardRun run = new TinyRewardRun(trainable);
                Trainer trainer = run.whole(whole).build()) {
            assertThat(trainer.run().steps()).isEqualTo(TinyRewardRun.STEPS);
        }
        stop(trainable, stopped);
        try (TinyRewardRun run = new TinyRewardRun(trainable);
                Trainer trainer = run.whole(stopped).build()) {
            assertThat(trainer.resume().steps()).isEqualTo(TinyRewardRun.STEPS);
        }
        List<String> all = new ArrayList<>(List.of("policy.bin", "optimizer.bin", "model/tokenizer.json"));
        files.forEach(file -> all.add("model/" + file));
        assertThat(stopped.resolve("metrics.jsonl")).hasSameBinaryContentAs(whole.resolve("metrics.jsonl"));
        for (String file : all) {
            Path last = Path.of("checkpoints/step-00000008", file);
            assertThat(stopped.resolve(last)).hasSameBinaryContentAs(whole.resolve(last));
        }
    }

    /** In the middle of the third round. */
    private static void stop(Trainable trainable, Path folder) {
        Trainer[] asked = new Trainer[1];
        RunListener stops = new RunListener() {
            @Override
            public void stepped(StepReport step) {
                if (step.step() == STOPPED_AT) {
                    asked[0].stop();
                }
            }
        };
        try (TinyRewardRun run = new TinyRewardRun(trainable);
                Trainer trainer = run.whole(folder, stops).build()) {
            asked[0] = trainer;
            assertThat(trainer.run().reason()).isEqualTo(RunEnd.Reason.STOPPED);
        }
    }

    @Test
    void whatWasTrainedWholeIsLoadedAgain() {
        float[] expected;
        try (TinyRewardRun run = new TinyRewardRun(Trainable.everything());
                Trainer trainer = run.whole(temporary).build()) {
            trainer.run();
            expected = TinyRewardRun.rewardsOf(run.rewards());
        }
        try (ClassifierWeights loaded = Checkpoints.loadClassifier(
                        saved(temporary),
                        LoadOptions.DEFAULT,
                        TestEngine.engine().manager());
                RewardModel frozen = RewardModel.frozen(loaded);
                Tokenizer tokenizer = Tokenizers.load(saved(temporary))) {
            assertThat(TinyRewardRun.rewardsOf(frozen)).isEqualTo(expected);
            assertThat(tokenizer.encode("digit: 7", false).ids())
                    .isEqualTo(Tokenizers.bytes().encode("digit: 7", false).ids());
        }
    }

    @Test
    void whatWasTrainedAsAnAdapterIsLoadedAgain() {
        float[] expected;
        try (TinyRewardRun run = new TinyRewardRun(Trainable.lora(LoraConfig.of(4, 8, LoraTargets.allLinear())));
                Trainer trainer = run.whole(temporary).build()) {
            trainer.run();
            expected = TinyRewardRun.rewardsOf(run.rewards());
        }
        try (NativeScope scope = TestEngine.scope();
                LanguageModel base = TinyRewardRun.freshModel()) {
            AdaptedClassifier loaded = PeftFolder.loadClassifier(
                    saved(temporary), TinyRewardRun.classifierOf(base), Set.of(), scope.manager());
            try (RewardModel frozen = RewardModel.frozen(loaded)) {
                assertThat(frozen.parameters()).isEmpty();
                assertThat(TinyRewardRun.rewardsOf(frozen)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("trainable")
    void forTransformers(String name, Trainable trainable) {
        assumeTrue(!SAVED.isEmpty(), "skipped: -Drft4j.saved=FOLDER says where to");
        Path folder = Path.of(SAVED, "reward_" + name);
        try (TinyRewardRun run = new TinyRewardRun(trainable);
                Trainer trainer = run.whole(folder).build();
                NativeScope scope = TestEngine.scope();
                LanguageModel untrained = TinyRewardRun.freshModel()) {
            trainer.run();
            TinyRewardRun.classifierOf(untrained).save(Path.of(SAVED, "reward_base"), SaveOptions.DEFAULT);
            TokenBatch batch = TinyRewardRun.heldOut();
            long[] padded = new long[batch.sequences() * batch.columns()];
            Arrays.fill(padded, PAD);
            for (int n = 0; n < batch.sequences(); n++) {
                for (int t = 0; t < batch.length(n); t++) {
                    padded[n * batch.columns() + t] = batch.id(n, t);
                }
            }
            NDArray ids = scope.manager().create(padded, new Shape(batch.sequences(), batch.columns()));
            NDArray rewards = run.rewards()
                    .score(batch, BatchLayout.rightPadded(), ActivationMemory.KEEP_NOTHING, scope.manager())
                    .rewards();
            SafetensorsWriter.writeFile(
                    saved(folder).resolve("expected.safetensors"),
                    Map.of("ids", ids, "mask", ids.neq(PAD).toType(DataType.INT64, true), "logits", rewards),
                    SaveOptions.DEFAULT);
        }
    }

    private static Path saved(Path folder) {
        return folder.resolve("checkpoints/step-00000008/model");
    }

    @Test
    void nothingIsLeftInNativeMemory() {
        try (TinyRewardRun run = new TinyRewardRun(Trainable.everything())) {
            for (String round : List.of("first", "second")) {
                long before = NativeMemory.liveArrays(TestEngine.engine().manager());
                try (Trainer trainer = run.whole(temporary.resolve(round)).build()) {
                    trainer.run();
                }
                if (round.equals("second")) { // gradients come with the first
                    assertThat(NativeMemory.liveArrays(TestEngine.engine().manager()))
                            .isEqualTo(before);
                }
            }
        }
    }

    @Test
    void whatAsksForMoreThanRewardsIsRefusedWhereItIsBuilt() {
        try (TinyRewardRun run = new TinyRewardRun(Trainable.everything())) {
            TrainerBuilder builder = TinyRewardRun.learning(run.builder(temporary), new TinyRewardRun.Preferring(1));
            assertThatThrownBy(builder.offline(
                            new Wrong(Needs.NOTHING_MORE.withEntropy(true)),
                            new TinyRewardRun.Preferring(1),
                            TinyRewardRun.stream())::build)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "trainer was 1 problem, must be complete and consistent; wrong needs more than rewards, and"
                                    + " a model of rewards is trained, which has nothing else; take a loss of rewards, such as"
                                    + " BradleyTerry");
            assertThatThrownBy(run.builder(temporary)::build)
                    .hasMessageContaining(
                            "a model of rewards is trained, which writes nothing; add offline(...), and leave"
                                    + " algorithm and iterated out");
        }
    }

    @Test
    void aLossThatDoesNotLookAtRewardsIsRefused() {
        try (TinyRewardRun run = new TinyRewardRun(Trainable.everything());
                Trainer trainer = run.builder(temporary)
                        .offline(new Wrong(Needs.NOTHING_MORE), new TinyRewardRun.Preferring(1), TinyRewardRun.stream())
                        .build()) {
            assertThatThrownBy(trainer::run)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("loss of a model of rewards was one that does not look at the rewards, must depend on"
                            + " them, log-probs are all 0 here; train it with a loss of rewards, such as BradleyTerry");
        }
    }

    @Test
    void rowsThatTrainMoreThanTheLastTokenAreRefused() {
        TinyRewardRun.Preferring preferring = new TinyRewardRun.Preferring(1);
        try (TinyRewardRun run = new TinyRewardRun(Trainable.everything());
                Trainer trainer = run.builder(temporary)
                        .offline(
                                preferring,
                                examples -> ArrangedRows.of(preferring.arrange(examples).rows().stream()
                                        .map(RewardModelRunTest::trainingTokenTwo)
                                        .toList()),
                                TinyRewardRun.stream())
                        .build()) {
            assertThatThrownBy(trainer::run)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageMatching("token 2 of a text of \\d+ tokens was trained, must not be: a model of rewards"
                            + " trains the last token of each text alone; encode examples with TrainedTokens.LAST");
        }
    }

    private static ExampleRow trainingTokenTwo(ExampleRow row) {
        boolean[] more = row.trained().clone();
        more[2] = true;
        return new ExampleRow(row.ids(), more, row.unit(), row.columns());
    }

    /** A likelihood. */
    private record Wrong(Needs needs) implements Objective {
        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public RowWeights weights() {
            return counts -> new double[counts.length];
        }

        @Override
        public LossResult loss(LossInput input) {
            return LossResult.of(input.tokenMean(input.logProbs().neg()));
        }
    }
}
