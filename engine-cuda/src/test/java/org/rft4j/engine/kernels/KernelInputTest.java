package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.TestEngine;

/** What scoring refuses, in words a caller can act on, before native code could crash on it. */
class KernelInputTest {
    private static final int V = 5;
    private static final int H = 3;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final NDArray weight = manager.ones(new Shape(V, H));
    private final LmHead head = new LmHead(weight);
    private final NDArray hidden = manager.ones(new Shape(2, 2, H));

    @AfterEach
    void free() {
        scope.close();
    }

    private NDArray ids(long... ids) {
        return manager.create(ids, new Shape(2, ids.length / 2));
    }

    private void score(LmHead by, NDArray states, NDArray ids) {
        TokenScores.of(by, new HeadInput(states, ids), ScoreOptions.plain(), manager);
    }

    private static void assertRefused(ThrowingCallable call, CharSequence... parts) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContainingAll(parts);
    }

    @Test
    void wrongShapes() {
        NDArray ok = ids(0, 1, 2, 3);
        assertRefused(
                () -> score(head, manager.ones(new Shape(4, H)), ok),
                "shape of hidden [B,T,H] was [4, 3]",
                "must be [any, any, 3]",
                "reshape");
        assertRefused(
                () -> score(head, manager.ones(new Shape(2, 2, 4)), ok), "was [2, 2, 4]", "must be [any, any, 3]");
        assertRefused(() -> score(head, hidden, ids(0, 1)), "shape of ids [B,T] was [2, 1]", "must be [2, 2]");
        assertRefused(
                () -> TokenScores.of(
                        head, new HeadInput(hidden, ok, manager.ones(new Shape(2, 3))), ScoreOptions.plain(), manager),
                "shape of mask [B,T] was [2, 3]",
                "must be [2, 2]");
        assertRefused(() -> new LmHead(manager.ones(new Shape(V))), "shape of head weight [V,H] was [5]");
        assertRefused(() -> new LmHead(weight, manager.ones(new Shape(4)), 0), "shape of head bias [V] was [4]", "[5]");
        assertRefused(
                () -> score(head, manager.ones(new Shape(0, 2, H)), ok),
                "hidden [B,T,H] was (0, 2, 3)",
                "must not be empty",
                "skip");
        assertRefused(
                () -> new LmHead(manager.ones(new Shape(0, H))), "head weight [V,H] was (0, 3)", "must not be empty");
    }

    @Test
    void wrongTypes() {
        NDArray ok = ids(0, 1, 2, 3);
        NDArray floats = ok.toType(DataType.FLOAT32, true);
        NDArray ints = ok.toType(DataType.INT32, true);
        assertRefused(() -> score(head, hidden, floats), "data type of ids was float32", "must be int64", "toType");
        assertRefused(() -> score(head, hidden, ints), "data type of ids was int32", "must be int64");
        assertRefused(
                () -> score(head, hidden.toType(DataType.FLOAT64, true), ok), "hidden was float64", "must be float32");
        assertRefused(() -> score(head, Precision.BF16.convert(hidden), ok), "hidden was bfloat16", "must be float32");
        assertRefused(
                () -> new LmHead(weight.toType(DataType.FLOAT16, true)),
                "data type of head weight was float16",
                "one of [float32, bfloat16]");
    }

    @ParameterizedTest
    @CsvSource({"-1", "5", "-9223372036854775808", "9223372036854775807"})
    void idsOutsideTheVocabularyAreRefusedUnlessMasked(long id) {
        NDArray ids = ids(0, 1, id, 3);
        assertRefused(
                () -> score(head, hidden, ids),
                "token id was " + id,
                "must be at least 0 and below the vocabulary size 5",
                "tokenizer and model",
                "mask out padding");
        NDArray mask = manager.create(new long[] {1, 1, 0, 1}, new Shape(2, 2));
        TokenScores scores = TokenScores.of(
                head, new HeadInput(hidden, ids, mask), ScoreOptions.plain().withEntropy(), manager);
        assertThat(scores.logProbs().toFloatArray()[2]).isZero();
        NDArray gradient = scores.backward(manager.ones(new Shape(2, 2)), manager.ones(new Shape(2, 2)));
        assertThat(gradient.get("1,0").toFloatArray()).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void numbersThatAreNotFiniteAreFoundAndNamed(float bad) {
        NDArray ids = ids(0, 1, 2, 3);
        NDArray badHidden = hidden.duplicate();
        badHidden.set(new ai.djl.ndarray.index.NDIndex("1,1,2"), bad);
        NDArray badWeight = weight.duplicate();
        badWeight.set(new ai.djl.ndarray.index.NDIndex("2,1"), bad);
        for (SamplingFilter filter : List.of(SamplingFilter.NONE, new SamplingFilter(1, 2, 0.9, 0, 1))) {
            ScoreOptions options = ScoreOptions.of(filter);
            assertRefused(
                    () -> TokenScores.of(head, new HeadInput(badHidden, ids), options, manager),
                    "log-normaliser was not finite at 1 position(s)",
                    "must be finite",
                    "hidden has 1 NaN or infinite value(s)",
                    "find the step");
        }
        if (bad != Float.NEGATIVE_INFINITY) { // a logit of -infinity only switches its token off
            assertRefused(
                    () -> score(new LmHead(badWeight), hidden, ids),
                    "not finite at 4 position(s)",
                    "head weight has 1 NaN or infinite value(s)");
            NDArray bias = manager.zeros(new Shape(V));
            bias.set(new ai.djl.ndarray.index.NDIndex("3"), bad);
            assertRefused(() -> score(new LmHead(weight, bias, 0), hidden, ids), "head bias has 1 NaN");
        }
    }

    @Test
    void aBadHiddenStateAtAMaskedPositionIsNotRead() {
        NDArray bad = hidden.duplicate();
        bad.set(new ai.djl.ndarray.index.NDIndex("0,0"), Float.NaN);
        NDArray mask = manager.create(new boolean[] {false, true, true, true}, new Shape(2, 2));
        TokenScores scores =
                TokenScores.of(head, new HeadInput(bad, ids(0, 0, 0, 0), mask), ScoreOptions.plain(), manager);
        assertThat(scores.logProbs().toFloatArray()).doesNotContain(Float.NaN);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void unusableSoftCaps(double cap) {
        assertRefused(
                () -> new LmHead(weight, null, cap), "softcap was " + cap, "finite and at least 0", "use 0 for none");
    }

    @Test
    void unusableFilters() {
        for (double t : new double[] {-1, 1e-4, 1e4, Double.NaN}) {
            assertRefused(
                    () -> SamplingFilter.temperature(t), "temperature was " + t, "0 (greedy) or between", "use 1");
        }
        assertRefused(() -> new SamplingFilter(1, -1, 1, 0, 1), "topK was -1", "at least 0");
        for (double p : new double[] {0, -0.1, 1.1, Double.NaN}) {
            assertRefused(() -> new SamplingFilter(1, 0, p, 0, 1), "topP was " + p, "above 0 and at most 1", "use 1");
        }
        for (double p : new double[] {-0.1, 1.1, Double.NaN}) {
            assertRefused(() -> new SamplingFilter(1, 0, 1, p, 1), "minP was " + p, "between 0 and 1", "use 0");
        }
        for (double p : new double[] {0, -1, 101, Double.NaN}) {
            assertRefused(
                    () -> new SamplingFilter(1, 0, 1, 0, p), "repetitionPenalty was " + p, "between 0.01 and 100");
        }
    }

    @Test
    void unusableScoreOptions() {
        SamplingFilter penalty = new SamplingFilter(1, 0, 1, 0, 1.2);
        SamplingFilter top = new SamplingFilter(1, 2, 1, 0, 1);
        ScoreOptions.OutsideSupport keep = ScoreOptions.OutsideSupport.KEEP_TARGET;
        assertRefused(() -> ScoreOptions.of(penalty), "seenTokens was null", "must be given with a penalty");
        assertRefused(
                () -> new ScoreOptions(List.of(), List.of(TokenRules.NONE), 0, null, keep, false, 0, 1),
                "filters was empty",
                "SamplingFilter.NONE");
        assertRefused(() -> ScoreOptions.plain().withChunkBytes(0), "chunkBytes was 0", "must be positive");
        ScoreOptions three =
                new ScoreOptions(List.of(top, top, top), List.of(TokenRules.NONE), 0, null, keep, false, 0, 1000);
        assertRefused(
                () -> TokenScores.of(head, new HeadInput(hidden, ids(0, 1, 2, 3)), three, manager),
                "number of filters was 3",
                "must be 1 or the number of sequences 2");
    }

    @Test
    void gradientsThatAreNotFinite() {
        TokenScores scores =
                TokenScores.of(head, new HeadInput(hidden, ids(0, 1, 2, 3)), ScoreOptions.plain(), manager);
        NDArray poison = manager.full(new Shape(2, 2), Float.NaN);
        assertRefused(
                () -> scores.backward(poison, null), "gradLogProbs was 4 NaN or infinite value(s)", "must be finite");
    }

    @Test
    void weightsThatAreComputedFromOthers() {
        NDArray leaf = manager.ones(new Shape(5, 2, 1));
        leaf.setRequiresGradient(true);
        NDArray computed = recorded(leaf);
        computed.setRequiresGradient(true);
        TokenScores scores = TokenScores.of(
                new LmHead(computed),
                new HeadInput(manager.ones(new Shape(1, 1, 2)), ids1(0)),
                ScoreOptions.plain(),
                manager);
        assertRefused(
                () -> scores.backward(manager.ones(new Shape(1, 1)), null), "was computed from others", "duplicate()");
    }

    @SuppressWarnings("try") // the recording is closed, not used
    private static NDArray recorded(NDArray leaf) {
        try (Autograd.Recording recording = Autograd.record()) {
            return leaf.squeeze(2);
        }
    }

    private NDArray ids1(long id) {
        return manager.create(new long[] {id}, new Shape(1, 1));
    }

    @Test
    void unusableSeenTokens() {
        NDArray ok = ids(0, 1, 2, 3);
        assertRefused(() -> penalised(ids(0, 5, 0, 0), ok), "seen token was 5", "must be below the vocabulary size 5");
        assertRefused(
                () -> penalised(manager.create(new long[] {1, 2}, new Shape(1, 2)), ok),
                "seen tokens [B,S] was [1, 2]");
        assertRefused(
                () -> penalised(ok.toType(DataType.FLOAT32, true), ok), "seen tokens was float32", "must be int64");
        assertRefused(() -> penalised(ok, ids(0, 1)), "positions of seen tokens [B,T] was [2, 1]", "must be [2, 2]");
        penalised(
                ids(-1, Long.MIN_VALUE, 4, 0),
                ids(-5, 99, 0, 1)); // padding and positions outside the text are harmless
    }

    private void penalised(NDArray seen, NDArray positions) {
        ScoreOptions options = new ScoreOptions(
                List.of(new SamplingFilter(1, 0, 1, 0, 1.2)),
                List.of(TokenRules.NONE),
                0,
                new SeenTokens(seen, positions, positions),
                ScoreOptions.OutsideSupport.KEEP_TARGET,
                false,
                0,
                1000);
        TokenScores.of(head, new HeadInput(hidden, ids(0, 1, 2, 3)), options, manager);
    }

    @Test
    void unusableGradients() {
        TokenScores scores =
                TokenScores.of(head, new HeadInput(hidden, ids(0, 1, 2, 3)), ScoreOptions.plain(), manager);
        NDArray ok = manager.ones(new Shape(2, 2));
        assertRefused(() -> scores.backward(manager.ones(new Shape(4)), null), "gradLogProbs [B,T] was [4]", "[2, 2]");
        assertRefused(() -> scores.backward(ok.toType(DataType.FLOAT64, true), null), "gradLogProbs was float64");
        assertRefused(() -> scores.backward(ok, manager.ones(new Shape(2, 3))), "gradEntropies [B,T] was [2, 3]");
        assertRefused(() -> scores.backward(ok, ok), "entropies was not computed", "ScoreOptions.withEntropy()");
        assertRefused(scores::entropies, "entropies was not computed", "must be asked for");
    }

    @Test
    void closedArraysAndNulls() {
        NDArray ids = ids(0, 1, 2, 3);
        NDArray closed = hidden.duplicate();
        closed.close();
        assertThatThrownBy(() -> score(head, closed, ids)).isInstanceOf(RuntimeException.class);
        ids.close();
        assertThatThrownBy(() -> score(head, hidden, ids)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> new LmHead(TestEngine.nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> score(TestEngine.nothing(), hidden, ids)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> score(head, TestEngine.nothing(), ids)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> score(head, hidden, TestEngine.nothing())).isInstanceOf(NullPointerException.class);
    }
}
