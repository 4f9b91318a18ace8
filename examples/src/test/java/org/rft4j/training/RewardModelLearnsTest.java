package org.rft4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.algorithms.rewardmodel.BradleyTerry;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.rewardmodel.ModelReward;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.random.KeyedRandom;

/**
 * A model of 260,000 parameters that was made to write children's stories learns to prefer those in which somebody is happy, from pairs that differ
 * in more than that. Held-out stories have openings and ends that it has not seen.
 */
class RewardModelLearnsTest {
    /** Of a head that nobody has trained. */
    private static final double START_AT_LEAST = 0.3;

    private static final double START_AT_MOST = 0.7;
    private static final double HELD_OUT_AT_LEAST = 0.95;

    /** Of what walks the wrong way. */
    private static final double FLIPPED_AT_MOST = 0.05;

    private static final int ROUNDS = 20;
    private static final int PAIRS_PER_ROUND = 16;
    private static final int HELD_OUT_PAIRS = 200;
    private static final String WORD = "happy";
    private static final List<String> OTHERS = List.of("sad", "big", "red", "little", "nice", "cold");
    private static final List<String> NAMES = List.of("Lily", "Tom", "Mom", "Tim", "Sue", "Ben");
    private static final List<String> OPENINGS = List.of(
            "Once upon a time, there was a dog.",
            "One day, they went to the park.",
            "It was a sunny day.",
            "Tom had a red ball.",
            "They saw a bird in a tree.",
            "She had a big box.");
    private static final List<String> ENDS = List.of(
            "They played all day.",
            "Then they went home.",
            "It was a good day.",
            "She said thank you.",
            "The cat ran away.",
            "He ate a cake.");
    private static final List<String> OTHER_OPENINGS =
            List.of("Mom made some soup.", "There was a boat on the water.", "A girl found a key.");
    private static final List<String> OTHER_ENDS =
            List.of("The sun came up.", "He gave her a hug.", "They sat on the grass.");

    @TempDir
    Path folder;

    @Test
    void learnsToPrefer() {
        requireLearned(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4})
    @Tag("nightly")
    void learnsToPreferFromAnySeed(long seed) {
        requireLearned(seed);
    }

    private void requireLearned(long seed) {
        Learned steps = new Learned();
        Accuracies accuracies = train(seed, new BradleyTerry(options()), steps);
        assertThat(accuracies.start()).as("start").isBetween(START_AT_LEAST, START_AT_MOST);
        assertThat(accuracies.end()).as("end").isGreaterThanOrEqualTo(HELD_OUT_AT_LEAST);
        assertThat(accuracies.saved()).as("of the saved model").isEqualTo(accuracies.end());
        assertThat(steps.steps())
                .hasSize(ROUNDS)
                .allSatisfy(step -> assertThat(step.metrics())
                        .containsKeys(
                                "loss", "accuracy", "margin", "min_reward", "mean_reward", "max_reward", "grad_norm")
                        .allSatisfy((name, value) -> assertThat(value).as(name).isFinite()));
        assertThat(metric(steps.steps().get(ROUNDS - 1), "margin"))
                .isGreaterThan(metric(steps.steps().get(0), "margin"));
    }

    private static double metric(StepReport step, String name) {
        return Objects.requireNonNull(step.metrics().get(name), name);
    }

    @Test
    void doesNotLearnWithTheSignFlipped() {
        assertThat(train(1, new Flipped(new BradleyTerry(options())), new Learned())
                        .end())
                .isLessThanOrEqualTo(FLIPPED_AT_MOST);
    }

    private static BradleyTerry.Options options() {
        return BradleyTerry.Options.DEFAULT.withCentring(0.01);
    }

    /** Shares of held-out pairs whose chosen story is worth more: before, after, and to the model that was saved. */
    private record Accuracies(double start, double end, double saved) {}

    private Accuracies train(long seed, Objective objective, Learned learned) {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(stories(), engine)) {
            Tokenizer tokenizer = model.tokenizer();
            long end = tokenizer.specialTokens().eosIds().get(0);
            RewardModel rewards = RewardModel.trained(
                    ClassifierWeights.from(model.weights(), 1, end, KeyedRandom.ofSeed(seed)), Trainable.everything());
            try (rewards;
                    Trainer trainer = Trainer.builder(engine, tokenizer, rewards)
                            .offline(
                                    objective,
                                    examples -> arranged(examples, tokenizer),
                                    Epochs.shuffled(Datasets.of(pairs(seed)), seed, Epochs.FOREVER))
                            .run(RunOptions.of(ROUNDS, PAIRS_PER_ROUND, 1, seed))
                            .update(UpdatePlan.DEFAULT)
                            .rates(Rates.constant(1e-3))
                            .checkpoints(CheckpointPlan.DEFAULT)
                            .folder(folder)
                            .listeners(learned)
                            .build()) {
                double before = accuracy(rewards, tokenizer, engine);
                Path last = trainer.run().last().orElseThrow().resolve("model");
                return new Accuracies(
                        before, accuracy(rewards, tokenizer, engine), accuracyOfSaved(last, tokenizer, engine));
            }
        }
    }

    private static double accuracyOfSaved(Path saved, Tokenizer tokenizer, TensorEngine engine) {
        try (ClassifierWeights loaded = Checkpoints.loadClassifier(saved, LoadOptions.DEFAULT, engine.manager());
                RewardModel frozen = RewardModel.frozen(loaded)) {
            return accuracy(frozen, tokenizer, engine);
        }
    }

    private static double accuracy(RewardModel model, Tokenizer tokenizer, TensorEngine engine) {
        ModelReward reward = ModelReward.of(
                "happy", model, (task, answer) -> Optional.of(ids(task.prompt(), answer, tokenizer)), engine);
        KeyedRandom random = KeyedRandom.ofSeed(77);
        List<RewardSample> samples = new ArrayList<>();
        for (int pair = 0; pair < HELD_OUT_PAIRS; pair++) {
            for (boolean chosen : new boolean[] {true, false}) {
                KeyedRandom of = random.derive(pair).derive(chosen ? 1 : 0);
                TaskRecord task = TaskRecord.of("held-out-" + pair, pick(OTHER_OPENINGS, of.uniform(0)));
                samples.add(RewardSample.of(task, goesOn(of, chosen, OTHER_ENDS)));
            }
        }
        try {
            List<Score> scores = reward.score(samples);
            int right = 0;
            for (int pair = 0; pair < HELD_OUT_PAIRS; pair++) {
                right += scores.get(2 * pair).value() > scores.get(2 * pair + 1).value() ? 1 : 0;
            }
            return right / (double) HELD_OUT_PAIRS;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Preference> pairs(long seed) {
        KeyedRandom random = KeyedRandom.ofSeed(seed).derive("pairs");
        List<Preference> pairs = new ArrayList<>();
        for (int n = 0; n < ROUNDS * PAIRS_PER_ROUND; n++) {
            KeyedRandom of = random.derive(n);
            pairs.add(new Preference(
                    "pair-" + n,
                    Prompt.of(pick(OPENINGS, of.uniform(0))),
                    Answer.of(goesOn(of.derive("chosen"), true, ENDS)),
                    Answer.of(goesOn(of.derive("rejected"), false, ENDS)),
                    Map.of()));
        }
        return pairs;
    }

    /** How a story goes on: somebody is something, before or after something else happens. */
    private static String goesOn(KeyedRandom random, boolean happy, List<String> ends) {
        String told = " " + pick(NAMES, random.uniform(1)) + " was very "
                + (happy ? WORD : pick(OTHERS, random.uniform(2))) + ".";
        String end = " " + pick(ends, random.uniform(3));
        return random.uniform(4) < 0.5 ? told + end : end + told;
    }

    private static String pick(List<String> of, double uniform) {
        return of.get((int) (uniform * of.size()));
    }

    private static long[] ids(Prompt prompt, Answer answer, Tokenizer tokenizer) {
        return tokenizer
                .encode(((Prompt.Text) prompt).text() + ((Answer.Text) answer).text(), true)
                .ids();
    }

    private static ArrangedRows arranged(List<Preference> examples, Tokenizer tokenizer) {
        List<ExampleRow> rows = new ArrayList<>();
        for (int n = 0; n < examples.size(); n++) {
            Preference of = examples.get(n);
            for (Answer answer : List.of(of.chosen(), of.rejected())) {
                long[] ids = ids(of.prompt(), answer, tokenizer);
                boolean[] last = new boolean[ids.length];
                last[ids.length - 1] = true;
                rows.add(new ExampleRow(ids, last, n, Map.of()));
            }
        }
        return ArrangedRows.of(rows);
    }

    private static Path stories() {
        try {
            return Path.of(Objects.requireNonNull(
                                    RewardModelLearnsTest.class.getResource("/models/stories260K/config.json"))
                            .toURI())
                    .resolveSibling("");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An objective that walks the wrong way. */
    private record Flipped(Objective right) implements Objective {
        @Override
        public String name() {
            return right.name() + "-flipped";
        }

        @Override
        public Needs needs() {
            return right.needs();
        }

        @Override
        public RowWeights weights() {
            return right.weights();
        }

        @Override
        public LossResult loss(LossInput input) {
            LossResult result = right.loss(input);
            return new LossResult(result.loss().neg(), result.metrics());
        }
    }
}
