package org.rft4j.algorithms.unpaired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.kernels.SamplingFilter;

/** Pairs with answers that are drawn beside them. */
class HypoRowsTest {
    /** Two rows of each example, of the token 7 and 8; a prompt that begins with "x" is dropped. */
    private static final ExampleArrangement<Preference> PAIRS = examples -> {
        List<ExampleRow> rows = new ArrayList<>();
        int unit = 0;
        for (Preference example : examples) {
            if (!((Prompt.Text) example.prompt()).text().startsWith("x")) {
                for (long side = 7; side <= 8; side++) {
                    rows.add(new ExampleRow(new long[] {1, side}, new boolean[] {false, true}, unit, Map.of())
                            .withNumber(TokenColumn.REWARD, 1));
                }
                unit++;
            }
        }
        return new ArrangedRows(rows, Map.of("kept", (double) unit));
    };

    /** Draws the round and the sample of the key as tokens. Sample 1 of "b" fails, all of "c" are empty. */
    private record Drawing(SamplingOptions sampling) implements Rollout {
        @Override
        public List<Trajectory> collect(List<RolloutRequest> requests) {
            return requests.stream().map(Drawing::episode).toList();
        }

        private static Trajectory episode(RolloutRequest request) {
            String task = request.task().id();
            boolean failed = task.equals("b") && request.key().sample() == 1;
            boolean[] trained = {false, !task.equals("c"), !task.equals("c")};
            long[] ids = {task.charAt(0), request.key().round(), request.key().sample()};
            return new Trajectory(
                    request.key(),
                    request.task(),
                    new TokenTrace(ids, trained, new float[3], 1),
                    List.of(),
                    List.of(),
                    failed ? EndReason.SAMPLER_FAILED : EndReason.DONE,
                    List.of(),
                    Optional.empty());
        }

        @Override
        public void close() {}
    }

    private static Preference pair(String id, String prompt) {
        return new Preference(id, Prompt.of(prompt), Answer.of("good"), Answer.of("bad"), Map.of());
    }

    @Test
    void answersAreDrawnBesidePairsByTheWeightsOfTheMoment() {
        AtomicLong version = new AtomicLong(40);
        HypoRows rows = new HypoRows(PAIRS, new Drawing(SamplingOptions.of(4, 1)), 2, version::get);
        List<Preference> round = List.of(pair("a", "?"), pair("b", "xx"), pair("c", "?"), pair("a", "?"));
        ArrangedRows arranged = rows.arrange(round);
        assertThat(arranged.rows())
                .extracting(row -> row.unit() + " " + List.of(row.ids()[0], row.ids()[1]) + " "
                        + Objects.requireNonNull(row.columns().get(Hypo.ONLINE))[1])
                .containsExactly(
                        "0 [1, 7] 0.0",
                        "0 [1, 8] 0.0",
                        "1 [1, 7] 0.0",
                        "1 [1, 8] 0.0",
                        "2 [1, 7] 0.0",
                        "2 [1, 8] 0.0",
                        "3 [97, 40] 1.0",
                        "3 [97, 40] 1.0",
                        "4 [98, 40] 1.0");
        assertThat(arranged.rows()).allSatisfy(row -> assertThat(row.columns()).containsOnlyKeys(Hypo.ONLINE));
        assertThat(arranged.rows().get(6).ids()[2]).isZero();
        assertThat(arranged.rows().get(7).ids()[2]).isEqualTo(1);
        assertThat(arranged.metrics()).isEqualTo(Map.of("kept", 3.0, "hypo/drawn", 3.0, "hypo/draws_failed", 3.0));
        version.set(41);
        assertThat(rows.arrange(round).rows().get(6).ids()[1]).isEqualTo(41);
    }

    @Test
    void anotherDistributionThanTheModelsOwnIsRefused() {
        SamplingOptions plain = SamplingOptions.of(4, 1);
        for (SamplingOptions other : List.of(
                plain.withFilter(SamplingFilter.temperature(0.7)),
                plain.withLogitBias(Map.of(3L, 1.0)),
                plain.withLengths(1, 4))) {
            assertThatThrownBy(() -> new HypoRows(PAIRS, new Drawing(other), 2, () -> 0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "sampling of answers for a KL was " + other + ", must be the model's own distribution, in"
                                    + " which the KL is taken; make it with SamplingOptions.of(maxNewTokens, seed)");
        }
        assertThatThrownBy(() -> new HypoRows(PAIRS, new Drawing(plain), 0, () -> 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("samples was 0, must be at least 1; 2 give a baseline");
    }
}
