package org.rft4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.iterated.WholeGroups;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.algorithms.unpaired.Bco;
import org.rft4j.algorithms.unpaired.CoPg;
import org.rft4j.algorithms.unpaired.Hypo;
import org.rft4j.algorithms.unpaired.HypoRows;
import org.rft4j.algorithms.unpaired.Neighbour;
import org.rft4j.algorithms.unpaired.Prdp;
import org.rft4j.algorithms.unpaired.UnpairedPresets;
import org.rft4j.algorithms.unpaired.UnpairedRows;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** Losses that look at a whole optimiser step, in runs of two rounds of two steps on a real model, in micro-batches of few rows. */
class WholeStepRunTest {
    private static final long SEED = 3;

    /** Policy and reference are the same weights in different micro-batches. */
    private static final double ROUNDING = 1e-4;

    private static final List<String> ENDS =
            List.of(" a time", " upon a", " day, Lily", " was big", " a red ball", " mum");

    @TempDir
    private Path folder;

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final TensorEngine engine = own(TensorEngine.start(EngineOptions.onCpu()));
    private final LanguageModel model = own(LanguageModel.load(stories(), engine));
    private final Policy policy = own(Policy.of(model.weights(), Trainable.everything()));
    private final List<StepReport> steps = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        while (!owned.isEmpty()) {
            owned.pop().close();
        }
    }

    static Stream<Arguments> labelled() {
        double log2 = Math.log(2);
        return Stream.of(
                of(UnpairedPresets::kto, Neighbour.PREVIOUS, 0.5),
                of(UnpairedPresets::ktoHalos, Neighbour.NEXT, 0.5),
                of(UnpairedPresets::apoZeroUnpaired, Neighbour.NONE, 0.5),
                of(UnpairedPresets::bco, Neighbour.NONE, log2),
                of(() -> new Bco(new Bco.Options(0.1, Bco.Delta.AFTER_USE)), Neighbour.NONE, log2));
    }

    private static Arguments of(Supplier<Objective> objective, Neighbour neighbour, double atFirst) {
        return Arguments.of(objective.get(), neighbour, atFirst);
    }

    @ParameterizedTest
    @MethodSource("labelled")
    void labelledAnswers(Objective objective, Neighbour neighbour, double atFirst) {
        List<UnpairedPreference> examples = IntStream.range(0, ENDS.size())
                .mapToObj(i -> new UnpairedPreference(
                        "e" + i, Prompt.of("Once" + i), Answer.of(ENDS.get(i)), i % 2 == 0, Map.of()))
                .toList();
        run(builder(6, 1)
                .reference(own(Reference.copyOf(policy)))
                .offline(
                        objective,
                        new UnpairedRows(encoder(), neighbour, Optional.empty()),
                        Epochs.shuffled(Datasets.of(examples), SEED, Epochs.FOREVER)));
        assertTrained(atFirst);
        assertThat(steps).allSatisfy(step -> {
            double chosen = step.metrics().get("count/chosen");
            assertThat(chosen + step.metrics().get("count/rejected")).isEqualTo(3);
            assertThat(step.metrics().getOrDefault("kto/compared_rows", 0.0))
                    .isEqualTo(neighbour == Neighbour.NONE ? 0 : 3);
            assertThat(step.metrics()).containsEntry("update/rows", 3.0);
        });
    }

    @Test
    void sortedPairs() {
        run(builder(6, 1)
                .reference(own(Reference.copyOf(policy)))
                .offline(
                        UnpairedPresets.aotUnpaired(),
                        pairs(),
                        Epochs.shuffled(Datasets.of(preferences()), SEED, Epochs.FOREVER)));
        assertTrained(Math.log(2));
    }

    /** Both terms are there from the first step on: DPO's, and a KL that is 0 where policy and reference are the same. */
    @Test
    void pairsAndAnswersThatAreDrawnBesideThem() {
        Rollout rollout = rollout();
        run(builder(3, 1)
                .reference(own(Reference.copyOf(policy)))
                .update(UpdatePlan.DEFAULT.withMicroBatches(96, 4))
                .offline(
                        new Hypo(0.1, 0.1),
                        new HypoRows(pairs(), rollout, 2, policy::version),
                        Epochs.shuffled(Datasets.of(preferences()), SEED, Epochs.FOREVER)));
        assertThat(steps)
                .hasSize(2)
                .allSatisfy(step -> assertThat(step.metrics())
                        .containsEntry("hypo/drawn", 6.0)
                        .containsEntry("hypo/draws_failed", 0.0)
                        .containsEntry("update/rows", 12.0));
        assertThat(steps.get(0).metrics().get("hypo/pair_loss")).isCloseTo(Math.log(2), within(ROUNDING));
        assertThat(steps.get(0).metrics().get("kl")).isCloseTo(0, within(ROUNDING));
        assertThat(Math.abs(steps.get(1).metrics().get("kl"))).isGreaterThan(ROUNDING);
    }

    static Stream<Objective> rewarded() {
        return Stream.of(new CoPg(0.5), new Prdp(0.5, 1), UnpairedPresets.kimi(0.1));
    }

    @ParameterizedTest
    @MethodSource("rewarded")
    void groupsWithRewards(Objective objective) {
        List<TaskRecord> tasks = IntStream.range(0, 4)
                .mapToObj(i -> TaskRecord.of("t" + i, "Once upon" + i))
                .toList();
        TrainerBuilder builder = builder(2, 4);
        if (objective.needs().reference()) {
            builder.reference(own(Reference.copyOf(policy)));
        }
        run(builder.iterated(objective, new WholeGroups(TokenColumn.REWARD))
                .tasks(Datasets.of(tasks))
                .rollout(rollout())
                .reward(Reward.named(
                        "e",
                        sample -> Score.of(sample.completion()
                                        .chars()
                                        .filter(c -> c == 'e')
                                        .count()
                                / 4.0))));
        assertThat(steps).hasSize(4).allSatisfy(step -> {
            assertThat(step.metrics()).containsEntry("update/skipped", 0.0).containsEntry("update/rows", 4.0);
            assertThat(step.metrics().get("grad_norm")).isPositive();
        });
        assertThat(steps.get(0).metrics())
                .containsEntry("selection/groups", 2.0)
                .containsEntry("selection/units", 2.0)
                .containsEntry("selection/unusable", 0.0);
    }

    private void assertTrained(double atFirst) {
        assertThat(steps).hasSize(4);
        assertThat(steps.get(0).metrics().get("loss")).isCloseTo(atFirst, within(ROUNDING));
        assertThat(steps).allSatisfy(step -> {
            assertThat(step.metrics()).containsEntry("update/skipped", 0.0);
            assertThat(step.metrics().get("grad_norm")).isPositive();
        });
        assertThat(Math.abs(steps.get(3).metrics().get("loss") - atFirst)).isGreaterThan(ROUNDING);
    }

    private void run(TrainerBuilder builder) {
        try (Trainer trainer = builder.build()) {
            trainer.run();
        }
    }

    private TrainerBuilder builder(int perRound, int groupSize) {
        return Trainer.builder(engine, model, policy)
                .run(RunOptions.of(2, perRound, groupSize, SEED))
                .update(UpdatePlan.DEFAULT.withSteps(1, 2).withMicroBatches(96, 4))
                .rates(Rates.constant(1e-3))
                .folder(folder)
                .listeners(new RunListener() {
                    @Override
                    public void stepped(StepReport step) {
                        MetricsGlossary.ofPage().requireKnown(step.metrics().keySet());
                        steps.add(step);
                    }
                });
    }

    private RowEncoder encoder() {
        return (of, prompt, answer) -> {
            String asked = ((Prompt.Text) prompt).text();
            long[] ids = model.tokenizer()
                    .encode(asked + ((Answer.Text) answer).text(), true)
                    .ids();
            boolean[] trained = new boolean[ids.length];
            Arrays.fill(trained, model.tokenizer().encode(asked, true).ids().length, ids.length, true);
            return Optional.of(new ExampleRow(ids, trained, 0, Map.of()));
        };
    }

    private ExampleArrangement<Preference> pairs() {
        RowEncoder encoder = encoder();
        return examples -> {
            List<ExampleRow> rows = new ArrayList<>();
            for (int unit = 0; unit < examples.size(); unit++) {
                Preference example = examples.get(unit);
                for (Answer side : List.of(example.chosen(), example.rejected())) {
                    ExampleRow row =
                            encoder.encode(example, example.prompt(), side).orElseThrow();
                    rows.add(new ExampleRow(row.ids(), row.trained(), unit, Map.of()));
                }
            }
            return ArrangedRows.of(rows);
        };
    }

    private static List<Preference> preferences() {
        return IntStream.range(0, ENDS.size())
                .mapToObj(i -> new Preference(
                        "p" + i,
                        Prompt.of("Once" + i),
                        Answer.of(ENDS.get(i)),
                        Answer.of(ENDS.get((i + 1) % ENDS.size())),
                        Map.of()))
                .toList();
    }

    private Rollout rollout() {
        PolicySampler sampler = own(PolicySampler.of(policy, model, SamplerOptions.DEFAULT.strictly()));
        return own(EpisodeRollout.of(
                sampler,
                EpisodeFormat.text(model.tokenizer()),
                SingleTurn.factory(),
                EpisodeOptions.of(SamplingOptions.of(12, SEED), 1, 64)));
    }

    private static Path stories() {
        try {
            return Path.of(Objects.requireNonNull(WholeStepRunTest.class.getResource("/models/stories260K/config.json"))
                            .toURI())
                    .resolveSibling("");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T extends AutoCloseable> T own(T one) {
        owned.push(one);
        return one;
    }
}
