package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.encode.TrainedTokens;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.evaluation.EarlyStop;
import org.rft4j.core.evaluation.ExampleEvaluation;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

/** Losses of examples that are held out. */
class HeldOutEvaluationTest {
    private static final double CLOSE = 1e-5;
    private static final Dataset<LanguageModeling> HELD_OUT = Datasets.of(List.of(
            new LanguageModeling("a", Prompt.of("one"), Map.of()),
            new LanguageModeling("b", Prompt.of("six and a half"), Map.of()),
            new LanguageModeling("c", Prompt.of("t"), Map.of()), // nothing to predict
            new LanguageModeling("d", Prompt.of("two or three"), Map.of())));
    private static final TinyRun.ByHeart PLAIN = new TinyRun.ByHeart("by-heart", 1);

    @TempDir
    Path temporary;

    @Test
    void aHeldOutLossIsThatOfAllExamplesHoweverTheyAreSplit() {
        List<EvaluationReport> small = evaluated("small", UpdatePlan.DEFAULT.withMicroBatches(16, 1));
        List<EvaluationReport> large = evaluated("large", UpdatePlan.DEFAULT.withMicroBatches(4096, 64));
        assertThat(small).extracting(EvaluationReport::step).containsExactly(0L, 3L, 4L);
        for (int i = 0; i < 3; i++) {
            assertThat(small.get(i).metrics())
                    .containsOnlyKeys(large.get(i).metrics().keySet());
            assertThat(small.get(i).metrics().get("eval_loss"))
                    .isCloseTo(large.get(i).metrics().get("eval_loss"), within(CLOSE));
        }
        assertThat(small.get(0).metrics())
                .containsEntry("eval_rows", 3.0)
                .containsEntry("eval_rows/without_tokens", 1.0)
                .hasEntrySatisfying("eval_loss", loss -> assertThat(loss).isGreaterThan(5));
        assertThat(small.get(2).metrics().get("eval_loss"))
                .as("it learns letters that are in both")
                .isLessThan(small.get(0).metrics().get("eval_loss"));
    }

    @Test
    void aHeldOutLossIsThatOfAStepWithTheSameExamples() {
        List<EvaluationReport> evaluated = new ArrayList<>();
        List<StepReport> steps = new ArrayList<>();
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.builder(temporary, remembering(evaluated, steps))
                        .offline(PLAIN, PLAIN, Epochs.shuffled(HELD_OUT, 1, 1))
                        .run(RunOptions.of(1, HELD_OUT.size(), 1, 5))
                        .update(UpdatePlan.DEFAULT)
                        .evaluations(Evaluations.every(1, new ExampleEvaluation<>("eval", PLAIN, PLAIN, HELD_OUT)))
                        .build()) {
            trainer.run();
        }
        assertThat(evaluated.get(0).metrics().get("eval_loss"))
                .isCloseTo(steps.get(0).metrics().get("loss"), within(CLOSE));
        assertThat(evaluated.get(0).metrics().get("eval_entropy"))
                .isCloseTo(steps.get(0).metrics().get("entropy"), within(CLOSE));
    }

    @Test
    void aModelOfRewardsIsEvaluatedLikewise() {
        List<EvaluationReport> evaluated = new ArrayList<>();
        List<StepReport> steps = new ArrayList<>();
        Squares squares = new Squares();
        try (LanguageModel base = TinyRun.freshModel();
                ClassifierWeights classifier = ClassifierWeights.from(base.weights(), 1, 0, KeyedRandom.ofSeed(2));
                RewardModel model = RewardModel.trained(classifier, Trainable.everything());
                Trainer trainer = Trainer.builder(TestEngine.engine(), base.tokenizer(), model)
                        .run(RunOptions.of(1, HELD_OUT.size(), 1, 5))
                        .folder(temporary)
                        .offline(squares, squares, Epochs.shuffled(HELD_OUT, 1, 1))
                        .rates(Rates.constant(1e-4))
                        .listeners(remembering(evaluated, steps))
                        .evaluations(Evaluations.every(1, new ExampleEvaluation<>("eval", squares, squares, HELD_OUT)))
                        .build()) {
            trainer.run();
        }
        double before = evaluated.get(0).metrics().get("eval_loss");
        assertThat(before)
                .isCloseTo(steps.get(0).metrics().get("loss"), within(CLOSE))
                .isPositive();
        assertThat(evaluated.get(1).metrics().get("eval_loss")).isLessThan(before);
    }

    @Test
    void trainingIsAsWithoutIt() {
        List<StepReport> with = new ArrayList<>();
        List<StepReport> without = new ArrayList<>();
        Counting counting = new Counting(Needs.NOTHING_MORE);
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.builder(temporary.resolve("with"), remembering(new ArrayList<>(), with))
                        .offline(counting, PLAIN, TinyRun.examples(5, Epochs.FOREVER))
                        .evaluations(Evaluations.every(1, new ExampleEvaluation<>("eval", counting, PLAIN, HELD_OUT)))
                        .build()) {
            trainer.run();
        }
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(temporary.resolve("without"), remembering(new ArrayList<>(), without))
                        .build()) {
            trainer.run();
        }
        assertThat(with).hasSameSizeAs(without);
        for (int i = 0; i < with.size(); i++) {
            assertThat(with.get(i).metrics().get("loss"))
                    .isEqualTo(without.get(i).metrics().get("loss"));
        }
        assertThat(counting.windows)
                .as("what the objective remembers of evaluations is forgotten")
                .isEqualTo(TinyRun.STEPS);
    }

    @Test
    void theBestCheckpointAndTheEndOfARunAreToldByIt() {
        ExampleEvaluation<LanguageModeling> held = new ExampleEvaluation<>("held", PLAIN, PLAIN, HELD_OUT);
        Goal goal = Goal.lowest("eval_held_loss");
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(temporary.resolve("best"))
                        .checkpoints(CheckpointPlan.DEFAULT)
                        .evaluations(Evaluations.every(1000, held).keepingBest(goal))
                        .build()) {
            RunEnd end = trainer.run();
            assertThat(end.best())
                    .as("evaluated at the end, although that is no multiple")
                    .contains(temporary.resolve("best/checkpoints/step-00000008"));
            assertThat(end.last()).isEqualTo(end.best());
        }
        EarlyStop stop = new EarlyStop(goal, 1, 100, OptionalDouble.empty());
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(temporary.resolve("stop"))
                        .evaluations(Evaluations.every(2, held).stopping(stop))
                        .build()) {
            RunEnd end = trainer.run();
            assertThat(end.reason()).isEqualTo(RunEnd.Reason.STOPPED_EARLY);
            assertThat(end.steps()).isEqualTo(2);
        }
    }

    @Test
    void aRunWithoutMoreDataIsEvaluatedAtItsEndOnce() {
        List<EvaluationReport> evaluated = new ArrayList<>();
        ExampleEvaluation<LanguageModeling> held = new ExampleEvaluation<>("eval", PLAIN, PLAIN, HELD_OUT);
        Goal goal = Goal.lowest("eval_loss");
        for (int go = 0; go < 2; go++) {
            try (TinyRun run = new TinyRun();
                    Trainer trainer = run.builder(temporary, remembering(evaluated, new ArrayList<>()))
                            .offline(PLAIN, PLAIN, TinyRun.examples(5, 1))
                            .evaluations(Evaluations.every(3, held).keepingBest(goal))
                            .build()) {
                RunEnd end = trainer.runOrResume();
                assertThat(end.reason()).isEqualTo(RunEnd.Reason.NO_MORE_DATA);
                assertThat(end.best()).contains(temporary.resolve("checkpoints/step-00000004"));
            }
        }
        assertThat(evaluated).extracting(EvaluationReport::step).containsExactly(0L, 3L, 4L);
    }

    @Test
    void whatNobodyTellsIsRefused() {
        ExampleEvaluation<LanguageModeling> held = new ExampleEvaluation<>("held", PLAIN, PLAIN, HELD_OUT);
        assertThatThrownBy(() -> Evaluations.every(1, held).keepingBest(Goal.lowest("eval_loss")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "metric that evaluations are judged by was eval_loss, must be one of [eval_held_loss]; name one"
                                + " of these");
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(temporary)
                        .evaluations(Evaluations.every(1, held).keepingBest(Goal.lowest("eval_held_kl")))
                        .build()) {
            assertThatThrownBy(trainer::run)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "metric that evaluations are judged by was eval_held_kl, must be one of [eval_held_rows,"
                                    + " eval_held_rows/without_tokens, eval_held_entropy, eval_held_loss]; name one of these");
        }
        Objective compares = new Counting(
                Needs.ratio(Needs.OldLogProbs.SAMPLER).withReference(true).withCritic(true));
        try (TinyRun run = new TinyRun()) {
            TrainerBuilder builder = run.whole(temporary)
                    .evaluations(Evaluations.every(1, new ExampleEvaluation<>("eval", compares, PLAIN, HELD_OUT)));
            assertThatThrownBy(builder::build)
                    .hasMessage(
                            "trainer was 3 problems, must be complete and consistent; evaluation eval: counting compares"
                                    + " with a reference and the run has none; evaluate with an objective without one; also:"
                                    + " evaluation eval: counting needs a critic and the run has none; evaluate with an objective"
                                    + " without one; also: evaluation eval: counting compares with what the sampler said, and nobody"
                                    + " sampled the examples; evaluate with another objective");
        }
    }

    private List<EvaluationReport> evaluated(String folder, UpdatePlan plan) {
        List<EvaluationReport> evaluated = new ArrayList<>();
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(temporary.resolve(folder), remembering(evaluated, new ArrayList<>()))
                        .update(plan)
                        .evaluations(Evaluations.every(3, new ExampleEvaluation<>("eval", PLAIN, PLAIN, HELD_OUT)))
                        .build()) {
            trainer.run();
        }
        return evaluated;
    }

    private static RunListener remembering(List<EvaluationReport> evaluated, List<StepReport> steps) {
        return new RunListener() {
            @Override
            public void evaluated(EvaluationReport report) {
                evaluated.add(report);
            }

            @Override
            public void stepped(StepReport step) {
                steps.add(step);
            }
        };
    }

    /** Rewards should be 0. */
    private record Squares() implements Objective, ExampleArrangement<LanguageModeling> {
        @Override
        public String name() {
            return "squares";
        }

        @Override
        public Needs needs() {
            return Needs.NOTHING_MORE;
        }

        @Override
        public RowWeights weights() {
            return PLAIN.weights();
        }

        @Override
        public ArrangedRows arrange(List<LanguageModeling> examples) {
            EncodeOptions last = EncodeOptions.of(64, OverLength.DROP).training(TrainedTokens.LAST);
            return ExampleRows.texts(ExampleEncoder.of(Tokenizers.bytes(), Optional.empty(), last))
                    .arrange(examples);
        }

        @Override
        public LossResult loss(LossInput input) {
            return LossResult.of(
                    input.unitMean(input.sequenceSums(input.requireValues()).square()));
        }
    }

    /** Remembers how many steps it has looked at. */
    private static final class Counting implements Objective {
        private final Needs needs;
        private int windows;

        Counting(Needs needs) {
            this.needs = needs;
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public Needs needs() {
            return needs;
        }

        @Override
        public RowWeights weights() {
            return PLAIN.weights();
        }

        @Override
        public LossResult loss(LossInput input) {
            return PLAIN.loss(input);
        }

        @Override
        public Map<TokenColumn, float[][]> window(WindowRows rows) {
            windows++;
            return Map.of();
        }

        @Override
        public JsonNode state() {
            return IntNode.valueOf(windows);
        }

        @Override
        public void restore(JsonNode state) {
            windows = state.intValue();
        }
    }
}
