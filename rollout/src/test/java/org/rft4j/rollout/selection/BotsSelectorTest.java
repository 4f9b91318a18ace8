package org.rft4j.rollout.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

class BotsSelectorTest {
    private static final double EXACT = 1e-12;
    private static final double PRINTED = 5e-6;
    private static final int DRAWS = 40_000;
    private static final BotsOptions NO_REFERENCES = BotsOptions.example().withRho(0, false);

    @Test
    void theWorkedExampleOfTheMethod() {
        // 4 of 16 put the policy a quarter of the way from f0 = 0 to f1 = 1; then p = 0.3 + 0.25 (0.7 - 0.3) = 0.4
        BotsBelief belief = new BotsBelief(new double[] {0, 0.3}, new double[] {1 - 1e-6, 0.7}, BotsOptions.example());
        belief.update(List.of(new BotsBelief.Seen(0, 4, 16)));
        assertThat(new double[] {belief.alpha(0), belief.beta(0)}).containsExactly(5, 13);
        assertThat(belief.mean(0)).isEqualTo(0.27778, within(PRINTED));
        assertThat(belief.alpha(1)).isEqualTo(1.64, within(EXACT));
        assertThat(belief.beta(1)).isEqualTo(1.96, within(EXACT));
    }

    @Test
    void withoutForgettingItIsBetaBernoulli() {
        BotsOptions conjugate = new BotsOptions(0, 0, 0.5, 0, BotsOptions.Estimate.MEAN, 16, 0.9, false);
        BotsBelief belief = new BotsBelief(new double[2], new double[2], conjugate);
        belief.update(List.of(new BotsBelief.Seen(0, 3, 5)));
        belief.update(List.of(new BotsBelief.Seen(0, 1, 8)));
        assertThat(new double[] {belief.alpha(0), belief.beta(0), belief.alpha(1), belief.beta(1)})
                .containsExactly(5, 10, 1, 1);
    }

    @Test
    void withoutReferencesTasksDecayTowardsNotKnowing() {
        BotsBelief belief = new BotsBelief(new double[2], new double[2], NO_REFERENCES);
        belief.update(List.of(new BotsBelief.Seen(0, 10, 20)));
        for (int round = 0; round < 200; round++) {
            belief.update(List.of(new BotsBelief.Seen(1, 1, 2)));
        }
        assertThat(belief.alpha(0)).isEqualTo(1, within(1e-7));
        belief.update(List.of());
        assertThat(belief.alpha(1)).as("a round without outcomes is none").isEqualTo(11, within(1e-7));
    }

    @Test
    void updatesAgreeWithNumpy() throws IOException {
        int halvings = 0;
        for (JsonNode update : golden().get("updates")) {
            double lambda = update.get("lambda").doubleValue();
            boolean halves = update.get("halves").booleanValue();
            BotsBelief belief = new BotsBelief(
                    numbers(update.get("weak")),
                    numbers(update.get("strong")),
                    new BotsOptions(lambda, lambda, 0.5, 0, BotsOptions.Estimate.MEAN, 16, 0.9, halves));
            for (JsonNode round : update.get("rounds")) {
                List<BotsBelief.Seen> seen = new ArrayList<>();
                for (int i = 0; i < round.get("seen").size(); i++) {
                    seen.add(new BotsBelief.Seen(
                            round.get("seen").get(i).intValue(),
                            round.get("passed").get(i).intValue(),
                            16));
                }
                double before = belief.rho();
                belief.update(seen);
                halvings += belief.rho() < before ? 1 : 0;
                assertThat(belief.rho()).isEqualTo(round.get("rho").doubleValue());
                assertThat(IntStream.range(0, 12).mapToDouble(belief::alpha).toArray())
                        .containsExactly(numbers(round.get("alphas")), within(EXACT));
                assertThat(IntStream.range(0, 12).mapToDouble(belief::beta).toArray())
                        .containsExactly(numbers(round.get("betas")), within(EXACT));
            }
        }
        assertThat(halvings).isGreaterThan(0);
    }

    /** The share of draws below scipy's quantile is the quantile's level, within four standard deviations. */
    @Test
    void betaDrawsAgreeWithScipy() throws IOException {
        double[] levels = numbers(golden().get("levels"));
        for (JsonNode shape : golden().get("quantiles")) {
            double alpha = shape.get("alpha").doubleValue();
            double beta = shape.get("beta").doubleValue();
            double[] draws = IntStream.range(0, DRAWS)
                    .mapToDouble(i ->
                            BetaDraws.beta(alpha, beta, KeyedRandom.ofSeed(5).derive(i)))
                    .toArray();
            double[] quantiles = numbers(shape.get("at"));
            for (int i = 0; i < levels.length; i++) {
                double quantile = quantiles[i];
                double share = Arrays.stream(draws).filter(x -> x < quantile).count() / (double) DRAWS;
                double deviation = Math.sqrt(levels[i] * (1 - levels[i]) / DRAWS);
                assertThat(Math.abs(share - levels[i]))
                        .as("Beta(%s,%s) below %s", alpha, beta, quantile)
                        .isLessThan(4 * deviation);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 7, 200})
    void gammaDrawsHaveTheirMoments(double shape) {
        double[] draws = IntStream.range(0, DRAWS)
                .mapToDouble(i -> BetaDraws.gamma(shape, KeyedRandom.ofSeed(6).derive(i)))
                .toArray();
        double mean = Arrays.stream(draws).average().orElseThrow();
        double variance = Arrays.stream(draws)
                .map(x -> (x - shape) * (x - shape))
                .average()
                .orElseThrow();
        // mean and variance are the shape; the fourth central moment is 3 shape^2 + 6 shape
        assertThat(Math.abs(mean - shape)).isLessThan(4 * Math.sqrt(shape / DRAWS));
        assertThat(Math.abs(variance - shape)).isLessThan(4 * Math.sqrt((2 * shape * shape + 6 * shape) / DRAWS));
    }

    @Test
    void tasksNearTheTargetAreChosen() {
        BotsOptions mean = new BotsOptions(0, 0, 0.5, 0, BotsOptions.Estimate.MEAN, 16, 0.9, false);
        BotsSelector selector = new BotsSelector(Tasks.numbered(5), BotsReferences.NONE, mean, 1);
        int[] successes = {100, 2, 40, 55, 90};
        selector.observe(IntStream.range(0, 5)
                .mapToObj(i -> new TaskOutcome("t" + i, 100, successes[i]))
                .toList());
        assertThat(Tasks.ids(selector.select(Tasks.round(0), 2))).containsExactly("t3", "t2");
        assertThat(Tasks.ids(selector.select(Tasks.round(0), 2))).containsExactly("t4", "t1");
        assertThat(Tasks.ids(selector.select(Tasks.round(1), 1))).containsExactly("t3");
        assertThat(selector.expectedPassRate("t2")).isEqualTo(41 / 102.0, within(EXACT));
        BotsOptions easy = new BotsOptions(0, 0, 1, 0, BotsOptions.Estimate.MEAN, 16, 0.9, false);
        BotsSelector other = new BotsSelector(Tasks.numbered(5), BotsReferences.NONE, easy, 1);
        other.restore(selector.state());
        assertThat(Tasks.ids(other.select(Tasks.round(2), 1))).containsExactly("t0");
    }

    /** Distances 0, 0.4 and 0.4: with temperature 0.5 the nearest one is first with chance 1 / (1 + 2 exp(-0.8)). */
    @Test
    void aTemperatureDrawsFromTheSoftmax() {
        BotsOptions soft = new BotsOptions(0, 0, 0.5, 0.5, BotsOptions.Estimate.MEAN, 16, 0.9, false);
        BotsSelector selector = new BotsSelector(Tasks.numbered(3), BotsReferences.NONE, soft, 1);
        selector.observe(
                List.of(new TaskOutcome("t0", 98, 89), new TaskOutcome("t1", 98, 49), new TaskOutcome("t2", 98, 89)));
        assertThat(selector.expectedPassRate("t0")).isEqualTo(0.9, within(EXACT));
        int nearest = 0;
        for (int round = 0; round < 10_000; round++) {
            List<TaskRecord> first = selector.select(new RunProgress(round, 0), 1);
            nearest += first.get(0).id().equals("t1") ? 1 : 0;
        }
        double chance = 1 / (1 + 2 * Math.exp(-0.8));
        assertThat(Math.abs(nearest / 1e4 - chance)).isLessThan(4 * Math.sqrt(chance * (1 - chance) / 1e4));
    }

    @Test
    void implicitRatesAreRatesWhereverThePolicyIs() {
        BotsOptions options = BotsOptions.example();
        BotsBelief ahead = new BotsBelief(new double[] {0, 0.1}, new double[] {0.1, 0.9}, options);
        ahead.update(List.of(new BotsBelief.Seen(0, 16, 16)));
        assertThat(new double[] {ahead.alpha(1), ahead.beta(1)}).containsExactly(new double[] {2.6, 1}, within(EXACT));
        BotsBelief behind = new BotsBelief(new double[] {0.5, 0.1}, new double[] {0.6, 0.9}, options);
        behind.update(List.of(new BotsBelief.Seen(0, 0, 16)));
        assertThat(new double[] {behind.alpha(1), behind.beta(1)})
                .containsExactly(new double[] {1, 2.6}, within(EXACT));
    }

    @Test
    void anErrorOfAQuarterHalvesRho() {
        BotsOptions halving = BotsOptions.example().withRho(0.1, true);
        for (int successes : new int[] {8, 7}) {
            BotsBelief belief = new BotsBelief(new double[] {0.25}, new double[] {0.25}, halving);
            belief.update(List.of(new BotsBelief.Seen(0, successes, 16)));
            assertThat(belief.rho()).isEqualTo(successes == 8 ? 0.05 : 0.1);
        }
    }

    /** Of twenty tasks one is known never to pass: it is hardly ever chosen, and nearly all others are sooner or later. */
    @Test
    void thompsonSamplingExploresWhatIsNotKnown() {
        BotsSelector selector = new BotsSelector(Tasks.numbered(20), BotsReferences.NONE, NO_REFERENCES, 1);
        selector.observe(List.of(new TaskOutcome("t0", 16, 0)));
        int known = 0;
        Set<String> seen = new HashSet<>();
        for (int round = 0; round < 100; round++) {
            List<String> ids = Tasks.ids(selector.select(Tasks.round(round), 4));
            known += ids.contains("t0") ? 1 : 0;
            seen.addAll(ids);
        }
        assertThat(known).isLessThan(3);
        assertThat(seen).hasSizeGreaterThanOrEqualTo(19);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 23})
    void aRestoredSelectorGoesOn(int handover) {
        List<TaskRecord> tasks = Tasks.numbered(12).stream()
                .map(task -> task.with("weak", task.number("number") / 30).with("strong", 0.5))
                .toList();
        for (BotsOptions options :
                List.of(BotsOptions.example().withRho(0.4, true).withSamples(4), BotsOptions.classDefaults())) {
            BotsReferences references = new BotsReferences("weak", "strong");
            assertThat(Tasks.run(() -> new BotsSelector(tasks, references, options, 2), 12, 3, handover))
                    .isEqualTo(Tasks.run(() -> new BotsSelector(tasks, references, options, 2), 12, 3, -1));
        }
    }

    @Test
    void aStateIsWholeToTheLastBit() {
        BotsSelector selector = new BotsSelector(Tasks.numbered(3), BotsReferences.NONE, NO_REFERENCES, 2);
        for (int i = 1; i < 9; i++) {
            selector.observe(List.of(new TaskOutcome("t1", 16, i), new TaskOutcome("unknown", 3, 3)));
        }
        BotsSelector other = new BotsSelector(Tasks.numbered(3), BotsReferences.NONE, NO_REFERENCES, 2);
        other.restore(Tasks.throughText(selector.state()));
        assertThat(other.state()).hasToString(selector.state().toString());
        assertThat(other.expectedPassRate("t1")).isEqualTo(selector.expectedPassRate("t1"));
    }

    @Test
    void aStateThatCannotBeIsRefused() {
        BotsSelector selector = new BotsSelector(Tasks.numbered(1), BotsReferences.NONE, NO_REFERENCES, 2);
        refused(selector, "alphas", "[0.0]", "alphas of a state was 0.0, must be a number from 0.99 to 1.0E15");
        refused(selector, "betas", "[\"1\"]", "betas of a state was \"1\", must be a number from 0.99 to 1.0E15");
        refused(selector, "betas", "[1, 1]", "betas of a state was 2 entries, must be an array of 1");
        refused(selector, "rho", "1.5", "rho of a state was 1.5, must be a number from 0.0 to 1.0");
        refused(selector, "capability", "1e300", "capability of a state was 1.0E300, must be a number from -1.0E15 to");
    }

    private static void refused(BotsSelector selector, String field, String json, String message) {
        ObjectNode state = (ObjectNode) Tasks.throughText(selector.state());
        assertThatThrownBy(() -> selector.restore(state.set(field, Tasks.JSON.readTree(json))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void presetsAreThePublishedValues() {
        assertThat(BotsOptions.example())
                .isEqualTo(new BotsOptions(0.1, 0.1, 0.5, 0, BotsOptions.Estimate.THOMPSON, 16, 0.9, false));
        assertThat(BotsOptions.classDefaults())
                .isEqualTo(new BotsOptions(0.2, 0.2, 1, 1, BotsOptions.Estimate.MEAN, 16, 0.9, false));
    }

    @Test
    void whatCannotWorkIsRefused() {
        List<TaskRecord> tasks = List.of(TaskRecord.of("a", "x").with("f0", 1.5).with("f1", 1));
        assertThatThrownBy(() -> new BotsSelector(tasks, BotsReferences.NONE, BotsOptions.example(), 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("rho was 0.1, must be 0 without reference models; "
                        + "name the columns of their pass rates, or use withRho(0, false)");
        assertThatThrownBy(() -> new BotsSelector(tasks, new BotsReferences("f0", "f1"), BotsOptions.example(), 1))
                .hasMessage("pass rate in column 'f0' of task a was 1.5, must be between 0 and 1; "
                        + "divide successes by samples");
        assertThatThrownBy(() -> BotsOptions.example().withRho(1.5, false))
                .hasMessage("rho was 1.5, must be between 0 and 1; see BotsOptions.example()");
        assertThatThrownBy(() -> BotsOptions.example().withSamples(0))
                .hasMessage("samples per task was 0, must be at least 1; use the size of a group");
        assertThatThrownBy(() -> new BotsOptions(0, 0, 0.5, -1, BotsOptions.Estimate.MEAN, 1, 0, false))
                .hasMessage("temperature of task selection was -1.0, must be at least 0 and finite; "
                        + "use 0 for the tasks closest to the target");
        BotsSelector selector = new BotsSelector(tasks, BotsReferences.NONE, NO_REFERENCES, 1);
        assertThatThrownBy(() -> selector.expectedPassRate("b"))
                .hasMessage("task was b, must be one of the selector's; use the id of the data set");
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = BotsSelectorTest.class.getResourceAsStream("/golden/bots.json")) {
            return Tasks.JSON.readTree(in);
        }
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }

    @Test
    void twoGroupsOfATaskInARoundAreOneObservation() {
        List<TaskRecord> tasks = List.of(TaskRecord.of("a", "?"), TaskRecord.of("b", "?"));
        BotsOptions options = BotsOptions.example().withRho(0, false);
        BotsSelector apart = new BotsSelector(tasks, BotsReferences.NONE, options, 1);
        BotsSelector together = new BotsSelector(tasks, BotsReferences.NONE, options, 1);
        apart.observe(List.of(new TaskOutcome("a", 8, 8), new TaskOutcome("b", 8, 2), new TaskOutcome("a", 8, 0)));
        together.observe(List.of(new TaskOutcome("a", 16, 8), new TaskOutcome("b", 8, 2)));
        assertThat(apart.state()).isEqualTo(together.state());
    }
}
