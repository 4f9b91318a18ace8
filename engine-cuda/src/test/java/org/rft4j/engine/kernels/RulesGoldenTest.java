package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Penalties, biases, forbidden end tokens and usable tokens over two turns, against PyTorch in fp64: scores, gradients, draws. */
class RulesGoldenTest {
    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<GoldenFile.Case> cases() {
        return GoldenFile.load("rules").cases().stream();
    }

    static Stream<Arguments> casesAndChunks() {
        return cases().flatMap(golden -> Stream.of(Chunks.values()).map(chunks -> Arguments.of(golden, chunks)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesAndChunks")
    void scoresAndGradients(GoldenFile.Case golden, Chunks chunks) {
        HeadFixture fixture = HeadFixture.of(golden);
        for (int round = 0; round < 4; round++) { // libtorch rewrites a program after its first calls
            HeadFixture.Loaded loaded = fixture.load(manager);
            HeadInput input = new HeadInput(loaded.hidden(), golden.toArray(manager, "ids", DataType.INT64));
            ScoreOptions options = chunks.in(options(golden), usable(golden));
            TokenScores scores = TokenScores.of(loaded.head(), input, options, manager);
            assertClose("log_prob", scores.logProbs(), golden.doubles("log_prob"), RTOL_FP32);
            assertClose("entropy", scores.entropies(), golden.doubles("entropy"), RTOL_FP32);
            assertClose("log_norm", scores.logNormalisers(), golden.doubles("log_norm"), RTOL_FP32);
            NDArray gradHidden = scores.backward(
                    golden.toArray(manager, "grad_log_prob", DataType.FLOAT32),
                    golden.toArray(manager, "grad_entropy", DataType.FLOAT32));
            assertClose("grad_hidden", gradHidden, golden.doubles("grad_hidden"), RTOL_FP32);
            assertClose("grad_weight", loaded.gradWeight(), golden.doubles("grad_weight"), RTOL_FP32);
            if (golden.has("bias")) {
                assertClose("grad_bias", loaded.gradBias(), golden.doubles("grad_bias"), RTOL_FP32);
            }
        }
    }

    /** A sampler that draws the given token reports the log-prob that scoring gives it. */
    @ParameterizedTest
    @MethodSource("cases")
    void drawsReportTheSameLogProbs(GoldenFile.Case golden) {
        HeadFixture fixture = HeadFixture.of(golden);
        long[] ids = golden.longs("ids");
        double[] expected = golden.doubles("log_prob");
        int turnTokens = Math.toIntExact(golden.shape("ids").get(1));
        int met = 0;
        for (int i = 0; i < ids.length; i++) {
            double[] logits = Arrays.copyOf(fixture.logits(i), usable(golden));
            for (int u = 0; u < 40; u++) { // one of them falls on the token that was scored, unless it is a rare one
                TokenSampler.Rules rules = new TokenSampler.Rules(
                        List.of(TokenScoresGoldenTest.filters(golden).get(i / turnTokens)),
                        List.of(rules(golden).get(i / turnTokens)),
                        List.of(history(golden, i)));
                TokenSampler.Draw draw = TokenSampler.draw(
                        Tensors.of(manager, logits, 1, logits.length), rules, new double[] {(u + 0.5) / 40}, manager);
                if (draw.tokens().getLong() == ids[i]) {
                    double[] actual = {draw.logProbs().getFloat()};
                    assertClose("log-prob", actual, new double[] {expected[i]}, RTOL_FP32);
                    met++;
                    break;
                }
            }
        }
        assertThat(met).as("tokens drawn").isGreaterThan(ids.length / 2);
    }

    private static TokenHistory history(GoldenFile.Case golden, int place) {
        int columns = Math.toIntExact(golden.shape("seen_tokens").get(1));
        int row = place / Math.toIntExact(golden.shape("ids").get(1)) * columns;
        int begin = row + Math.toIntExact(golden.longs("begins")[place]);
        int position = row + Math.toIntExact(golden.longs("positions")[place]);
        TokenHistory history = TokenHistory.of(Arrays.copyOfRange(golden.longs("seen_tokens"), row, begin));
        history.add(Arrays.copyOfRange(golden.longs("seen_tokens"), begin, position));
        return history;
    }

    private ScoreOptions options(GoldenFile.Case golden) {
        SeenTokens seen = new SeenTokens(
                golden.toArray(manager, "seen_tokens", DataType.INT64),
                golden.toArray(manager, "positions", DataType.INT64),
                golden.toArray(manager, "begins", DataType.INT64));
        return new ScoreOptions(
                TokenScoresGoldenTest.filters(golden),
                rules(golden),
                usable(golden),
                seen,
                ScoreOptions.OutsideSupport.KEEP_TARGET,
                true,
                0,
                ScoreOptions.DEFAULT_CHUNK_BYTES);
    }

    private static int usable(GoldenFile.Case golden) {
        return (int) golden.number("usable", 0);
    }

    private static List<TokenRules> rules(GoldenFile.Case golden) {
        List<Long> ends = golden.has("end_ids")
                ? Arrays.stream(golden.longs("end_ids")).boxed().toList()
                : List.of();
        long[] minima = golden.longs("min_new");
        List<TokenRules> rules = new ArrayList<>();
        for (int n = 0; n < minima.length; n++) {
            Map<Long, Double> bias = new HashMap<>();
            if (golden.has("bias_ids")) {
                int width = Math.toIntExact(golden.shape("bias_ids").get(1));
                for (int k = n * width; k < (n + 1) * width; k++) {
                    bias.merge(golden.longs("bias_ids")[k], golden.doubles("bias_values")[k], Double::sum);
                }
            }
            rules.add(new TokenRules(bias, minima[n], ends));
        }
        return rules;
    }
}
