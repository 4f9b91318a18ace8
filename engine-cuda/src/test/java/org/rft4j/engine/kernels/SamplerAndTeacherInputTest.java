package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.testing.TestEngine;

/** What sampling, whole-distribution losses and scalar heads refuse. */
class SamplerAndTeacherInputTest {
    private static final int V = 5;
    private static final int H = 3;
    private static final DistributionOptions PLAIN = DistributionOptions.plain();

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final NDArray weight = manager.ones(new Shape(V, H));
    private final LmHead head = new LmHead(weight);
    private final NDArray hidden = manager.ones(new Shape(2, 2, H));
    private final NDArray logits = manager.zeros(new Shape(2, V));
    private final List<SamplingFilter> none = List.of(SamplingFilter.NONE);

    @AfterEach
    void free() {
        scope.close();
    }

    private static void assertRefused(ThrowingCallable call, CharSequence... parts) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContainingAll(parts);
    }

    private void draw(NDArray from, List<SamplingFilter> filters, double... uniforms) {
        TokenSampler.draw(
                from, new TokenSampler.Rules(filters, List.of(TokenRules.NONE), List.of()), uniforms, manager);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, -1e-9, 2, Double.NaN, Double.POSITIVE_INFINITY})
    void uniformsOutsideTheUnitInterval(double uniform) {
        assertRefused(
                () -> draw(logits, none, 0.5, uniform),
                "uniform was " + uniform,
                "must be at least 0 and below 1",
                "draw it from a generator");
    }

    @Test
    void samplerArguments() {
        assertRefused(() -> draw(logits, none, 0.5), "number of uniforms was 1", "must be 2", "one per row");
        assertRefused(
                () -> draw(logits, List.of(SamplingFilter.NONE, SamplingFilter.NONE, SamplingFilter.NONE), 0.5, 0.5),
                "number of filters was 3",
                "must be 1 or the number of rows 2");
        assertRefused(
                () -> draw(logits, List.of(new SamplingFilter(1, 0, 1, 0, 1.2)), 0.5, 0.5),
                "histories was empty",
                "must be given with a penalty",
                "one TokenHistory per row");
        assertRefused(() -> draw(manager.ones(new Shape(V)), none, 0.5), "shape of logits [N,V] was [5]");
        assertRefused(() -> draw(manager.ones(new Shape(0, V)), none), "logits [N,V] was (0, 5)", "must not be empty");
        assertRefused(() -> draw(logits.toType(DataType.INT64, true), none, 0, 0), "data type of logits was int64");
        TokenHistory history = TokenHistory.of(1);
        TokenSampler.Rules three =
                new TokenSampler.Rules(none, List.of(TokenRules.NONE), List.of(history, history, history));
        assertRefused(
                () -> TokenSampler.draw(logits, three, new double[2], manager),
                "number of histories was 3",
                "must be 0 or the number of rows 2");
    }

    @Test
    void tokenRules() {
        assertRefused(() -> new TokenRules(Map.of(), -1, List.of()), "minNewTokens was -1", "must be at least 0");
        for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1001}) {
            assertRefused(
                    () -> new TokenRules(Map.of(3L, bad), 0, List.of()),
                    "bias of token 3 was " + bad,
                    "between -1000 and 1000");
        }
        assertRefused(() -> new TokenRules(Map.of(-1L, 1.0), 0, List.of()), "token of a bias was -1", "at least 0");
        assertRefused(() -> new TokenRules(Map.of(), 1, List.of(-1L)), "end token was -1", "at least 0");
        assertRefused(
                () -> drawUnder(new TokenRules(Map.of((long) V, 1.0), 0, List.of())),
                "token of a bias was 5",
                "below the number of usable tokens 5");
        drawUnder(new TokenRules(Map.of(), 1, List.of((long) V))); // never drawn, so nothing to forbid
        assertRefused(
                () -> new TokenSampler.Rules(none, List.of(new TokenRules(Map.of(), 1, List.of(2L))), List.of()),
                "histories was empty",
                "a least number of new tokens");
        TokenRules one = TokenRules.NONE;
        assertRefused(
                () -> drawUnder(one, one, one), "number of token rules was 3", "must be 1 or the number of rows 2");
    }

    private void drawUnder(TokenRules... rules) {
        List<TokenHistory> histories = List.of(TokenHistory.of(1), TokenHistory.of(1));
        TokenSampler.draw(logits, new TokenSampler.Rules(none, List.of(rules), histories), new double[2], manager);
    }

    @Test
    void logitsWithoutAFiniteMaximum() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            NDArray broken = logits.duplicate();
            broken.set(new NDIndex("1,2"), bad);
            for (SamplingFilter filter : List.of(
                    SamplingFilter.NONE, new SamplingFilter(0.7, 3, 0.9, 0.1, 1), SamplingFilter.temperature(0))) {
                assertRefused(
                        () -> draw(broken, List.of(filter), 0.1, 0.9),
                        "logits was without a finite maximum in 1 of 2 row(s)",
                        "no NaN and at least one finite value",
                        "logit masks");
            }
        }
        NDArray forbidden = manager.full(new Shape(2, V), Float.NEGATIVE_INFINITY);
        assertRefused(() -> draw(forbidden, none, 0.1, 0.9), "in 2 of 2 row(s)");
    }

    @Test
    void samplerClosedAndNull() {
        assertThatThrownBy(() -> draw(TestEngine.nothing(), none, 0, 0)).isInstanceOf(NullPointerException.class);
        NDArray closed = logits.duplicate();
        closed.close();
        assertThatThrownBy(() -> draw(closed, none, 0, 0)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void teachers() {
        LmHead other = new LmHead(manager.ones(new Shape(V + 1, H)));
        assertRefused(
                () -> divergence(other, hidden),
                "teacher vocabulary was 6",
                "must be the student's 5",
                "one tokenizer");
        assertRefused(
                () -> divergence(head, manager.ones(new Shape(2, 3, H))),
                "shape of teacher hidden [B,T,H'] was [2, 3, 3]",
                "must be [2, 2, 3]");
        NDArray broken = hidden.duplicate();
        broken.set(new NDIndex("0,0,0"), Float.NaN);
        assertRefused(() -> divergence(head, broken), "value was not finite at 1 position(s)", "student and teacher");
        assertRefused(
                () -> new DistributionOptions(1, 0, 0, 1), "teacherTemperature was 0.0", "between 0.001 and 1000");
        assertRefused(() -> new DistributionOptions(Double.NaN, 1, 0, 1), "temperature was NaN");
        assertRefused(() -> new DistributionOptions(1, 1, 0, 0), "chunkBytes was 0", "must be positive");
        assertRefused(() -> new DistributionOptions(1, 1, -1, 1), "usableTokens was -1", "must be at least 0");
        assertRefused(
                () -> DistributionKernel.sumOfSquares(
                        head, hidden, null, new DistributionOptions(1, 1, 1000, 1), manager),
                "usableTokens was 1000, must be at most the model's vocabulary size " + head.vocabulary());
        assertRefused(
                () -> DistributionOptions.like(ScoreOptions.of(new SamplingFilter(1, 5, 1, 0, 1))),
                "filters and rules was [SamplingFilter[",
                "must be one temperature for all tokens where whole distributions are compared");
        for (double alpha : new double[] {0, 1, -0.5, Double.NaN}) {
            assertRefused(
                    () -> Divergence.jensenShannon(alpha),
                    "alpha was " + alpha,
                    "strictly between 0 and 1",
                    "forwardKl()");
        }
    }

    private void divergence(LmHead teacher, NDArray teacherHidden) {
        DistributionKernel.divergence(
                Divergence.forwardKl(), head, hidden, teacher, teacherHidden, null, PLAIN, manager);
    }

    @Test
    void topTokens() {
        NDArray known = manager.full(new Shape(2, 2, 2), -2);
        assertRefused(() -> topK(ids(0, 0), known), "ids was 4 repeated token(s)", "must be distinct", "each once");
        assertRefused(() -> topK(ids(0, V), known), "token id was 5", "below the vocabulary size 5");
        assertRefused(() -> topK(ids(0, -1), known), "token id was -1", "at least 0");
        assertRefused(
                () -> topK(ids(0, 1, 2, 3, 4), known), "number of tokens per position was 5", "below the vocabulary");
        assertRefused(() -> topK(ids(0, 1).toType(DataType.FLOAT32, true), known), "data type of ids was float32");
        assertRefused(
                () -> topK(ids(0, 1), manager.ones(new Shape(2, 2, 3))), "teacher log-probs [B,T,K] was [2, 2, 3]");
        assertRefused(() -> topK(ids(0, 1), known.toType(DataType.FLOAT64, true)), "teacher log-probs was float64");
        NDArray infinite = manager.full(new Shape(2, 2, 2), Float.NaN);
        assertRefused(() -> topK(ids(0, 1), infinite), "value was not finite at 4 position(s)", "teacher log-probs");
        for (int k : new int[] {0, -1, V + 1}) {
            assertRefused(
                    () -> DistributionKernel.topTokens(head, hidden, k, null, PLAIN, manager),
                    "k was " + k,
                    "between 1 and the vocabulary size 5");
        }
        NDArray mask = manager.ones(new Shape(4, 2));
        assertRefused(
                () -> DistributionKernel.topTokens(head, hidden, 2, mask, PLAIN, manager), "mask [B,T] was [4, 2]");
        assertRefused(
                () -> DistributionKernel.gatherLogProbs(head, hidden, ids(0, 1), mask, PLAIN, manager),
                "mask [B,T] was [4, 2]");
    }

    private NDArray ids(long... perPosition) {
        return manager.create(perPosition, new Shape(1, 1, perPosition.length))
                .repeat(0, 2)
                .repeat(1, 2);
    }

    private void topK(NDArray ids, NDArray known) {
        DistributionKernel.topKDivergence(Divergence.reverseKl(), head, hidden, ids, known, null, PLAIN, manager);
    }

    @Test
    void oneTokenRollout() {
        HeadInput input = new HeadInput(hidden, manager.zeros(new Shape(2, 2), DataType.INT64));
        assertRefused(() -> rollout(input, 1.5, 1), "beta was 1.5", "finite and at most 1");
        assertRefused(() -> rollout(input, Double.NaN, 1), "beta was NaN");
        assertRefused(() -> rollout(input, 0, 0), "kappa was 0.0", "must be positive");
        assertRefused(() -> rollout(input, 0, Double.NaN), "kappa was NaN");
        NDArray outside = manager.full(new Shape(2, 2), V).toType(DataType.INT64, false);
        assertRefused(() -> rollout(new HeadInput(hidden, outside), 0, 1), "token id was 5");
    }

    private void rollout(HeadInput input, double beta, double kappa) {
        DistributionKernel.oneTokenRollout(head, input, beta, kappa, PLAIN, manager);
    }

    @Test
    void scalarHeads() {
        NDArray vector = manager.ones(new Shape(H));
        NDArray bias = manager.ones(new Shape(1));
        ScalarHead scalar = new ScalarHead(vector, bias);
        assertRefused(() -> new ScalarHead(weight, bias), "shape of scalar head weight [H] or [1,H] was [5, 3]");
        assertRefused(() -> new ScalarHead(vector, vector), "shape of scalar head bias was [3]", "must be [1]");
        assertRefused(
                () -> scalar.values(manager.ones(new Shape(2, 2, 4)), manager),
                "was [2, 2, 4]",
                "must be [any, any, 3]");
        NDArray broken = hidden.duplicate();
        broken.set(new NDIndex("0,0,0"), Float.NaN);
        assertRefused(() -> scalar.values(broken, manager), "hidden was 1 NaN or infinite value(s)", "must be finite");
        assertRefused(() -> scalar.valuesAt(hidden, new long[] {0}, manager), "number of positions was 1", "rows 2");
        for (long position : new long[] {-1, 2}) {
            assertRefused(
                    () -> scalar.valuesAt(hidden, new long[] {0, position}, manager),
                    "position was " + position,
                    "below 2",
                    "length minus 1");
        }
        assertRefused(() -> scalar.backward(hidden, manager.ones(new Shape(2)), manager), "gradValues [B,T] was [2]");
        assertRefused(
                () -> scalar.backwardAt(hidden, new long[2], manager.ones(new Shape(2, 2)), manager),
                "gradValues [B] was [2, 2]");
    }

    @Test
    void tokenRectangles() {
        assertRefused(TokenIds::of, "token ids was no rows", "skip empty batches");
        assertRefused(() -> TokenIds.of(new long[0]), "token ids was rows of length 0");
        assertRefused(() -> TokenIds.of(new long[2], new long[3]), "length of row 1 was 3", "row 0, 2", "pad");
        assertRefused(
                () -> TokenIds.of(new long[] {0, 1}, new long[] {2, 7}).requireBelow(7),
                "token id at row 1, column 1 was 7",
                "below the vocabulary size 7");
    }
}
