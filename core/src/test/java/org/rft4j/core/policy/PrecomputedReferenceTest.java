package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertSameBits;

import ai.djl.ndarray.NDManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;

/** Log-probs in a file in place of a model. */
class PrecomputedReferenceTest {
    private static final TokenBatch BATCH = Texts.ofLengths(9, 12, 5, 1);
    private static final PolicyScoreOptions OPTIONS = PolicyScoreOptions.DEFAULT;
    private static final String ANEW = "; delete the file to compute it anew";

    @TempDir
    private Path folder;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final Policy policy = Policy.of(new TinyCheckpoint("llama", manager).load(), Trainable.everything());

    @AfterEach
    void free() {
        policy.close();
        scope.close();
    }

    private Path file() {
        return folder.resolve("below/reference.bin");
    }

    private LogProbOrigin origin() {
        return LogProbOrigin.of(policy.decoder(), OPTIONS);
    }

    /** All rows but the last, which has no scored token. */
    private PrecomputedReference written() {
        return PrecomputedReference.write(file(), origin(), rows -> {
            float[] flat = policy.score(BATCH, OPTIONS, manager).logProbs().toFloatArray();
            for (int n = 0; n < 3; n++) {
                float[] row =
                        java.util.Arrays.copyOfRange(flat, n * BATCH.columns(), n * BATCH.columns() + BATCH.length(n));
                assertThat(rows.has(BATCH, n)).isFalse();
                rows.take(BATCH, n, row);
                assertThat(rows.has(BATCH, n)).isTrue();
                rows.take(BATCH, n, new float[row.length]); // it is there
            }
        });
    }

    @Test
    void rowsComeBackAsTheyWereInAnyOrder() {
        written().close();
        try (PrecomputedReference reference = PrecomputedReference.open(file(), origin())) {
            assertThat(reference.rows()).isEqualTo(3);
            assertThat(reference.has(BATCH, 1)).isTrue();
            assertThat(reference.has(BATCH, 3)).isFalse();
            assertSameBits(
                    "log-probs",
                    reference.score(BATCH, OPTIONS, manager).logProbs(),
                    policy.score(BATCH, OPTIONS, manager).logProbs());
            float[] all = reference.score(BATCH, OPTIONS, manager).logProbs().toFloatArray();
            float[] alone = reference
                    .score(BATCH.select(List.of(2)), OPTIONS, manager)
                    .logProbs()
                    .toFloatArray();
            assertThat(alone)
                    .containsExactly(java.util.Arrays.copyOfRange(all, 2 * BATCH.columns(), 2 * BATCH.columns() + 5));
            assertThat(reference.score(BATCH, OPTIONS, manager).entropies()).isNull();
        }
    }

    @Test
    void anotherMaskIsAnotherRow() {
        try (PrecomputedReference reference = written()) {
            TokenBatch other = Texts.wholly(List.of(ids(0)));
            assertThatThrownBy(() -> reference.score(other, OPTIONS, manager))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(file()
                            + ": row 0 of a batch, 9 tokens, 8 of them scored, was absent, must be among the 3 rows"
                            + " whose reference log-probs were computed; precompute all examples of the run with its own"
                            + " arrangement; one whose rows depend on the other examples of the round needs the rounds"
                            + " themselves, see ReferencePrecomputation");
        }
    }

    private static long[] ids(int n) {
        long[] ids = new long[BATCH.length(n)];
        java.util.Arrays.setAll(ids, t -> BATCH.id(n, t));
        return ids;
    }

    @Test
    void otherWeightsAndDistributionsAreRefused() {
        try (PrecomputedReference reference = written()) {
            PolicyScoreOptions fewer = OPTIONS.withUsableTokens(40);
            assertThatThrownBy(() -> reference.score(BATCH, fewer, manager))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("distribution that rows are scored under was filters [")
                    .hasMessageContaining("usable tokens 40")
                    .hasMessageEndingWith("; precompute with the settings of the run");
            assertThatThrownBy(() -> reference.score(BATCH, OPTIONS.withEntropy(), manager))
                    .hasMessage(
                            "entropies of a precomputed reference was asked for, must not be: it holds log-probs alone;"
                                    + " compare with Reference.copyOf(policy)");
            assertThatThrownBy(() -> PrecomputedReference.open(file(), LogProbOrigin.of(policy.decoder(), fewer)))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(file() + ": distribution that it was computed under was filters [");
        }
        LogProbOrigin before = origin();
        Parameter some = policy.parameters().get(0);
        WeightUpdates.copy(
                List.of(some.weight()), List.of(some.weight().stopGradient().add(1e-3)));
        assertThatThrownBy(() -> PrecomputedReference.open(file(), origin()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file() + ": weights that computed it was " + before.weights()
                        + ", must be those of the reference now, " + origin().weights()
                        + "; delete the file to compute it"
                        + " anew, or begin with the model and the settings that it was computed with");
        assertThat(before.weights()).isNotEqualTo(origin().weights());
    }

    @Test
    void aCheckpointSaysWhichFileItMustBe() throws IOException {
        byte[] state;
        try (PrecomputedReference reference = written()) {
            state = state(reference);
            reference.restoreState(new ByteArrayInputStream(state));
            assertThatThrownBy(() -> reference.restoreState(new ByteArrayInputStream(state, 0, 6)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("State of the reference is cut off or damaged; restore an intact checkpoint");
            try (FrozenReference copy = Reference.copyOf(policy)) {
                byte[] ofModel = state(copy);
                assertThatThrownBy(() -> reference.restoreState(new ByteArrayInputStream(ofModel)))
                        .hasMessage("it is the state of another kind of reference than precomputed log-probs");
            }
        }
        try (PrecomputedReference other =
                PrecomputedReference.write(file(), origin(), rows -> rows.take(BATCH, 0, new float[BATCH.length(0)]))) {
            assertThatThrownBy(() -> other.restoreState(new ByteArrayInputStream(state)))
                    .hasMessage("the run was begun with other precomputed log-probs than those of " + file());
        }
    }

    private static byte[] state(Reference reference) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reference.saveState(out);
        return out.toByteArray();
    }

    /** Each byte counts, and each is missed. */
    @Test
    void damageIsNoticed() throws IOException {
        written().close();
        byte[] whole = Files.readAllBytes(file());
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x11;
            Files.write(file(), damaged);
            assertThatThrownBy(() -> PrecomputedReference.open(file(), origin()))
                    .as("byte %d of %d", at, whole.length)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageEndingWith(ANEW);
            Files.write(file(), java.util.Arrays.copyOf(whole, at));
            assertThatThrownBy(() -> PrecomputedReference.open(file(), origin()))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(file() + ": end was early, must come after the last row" + ANEW);
        }
    }

    @Test
    void aFailureLeavesNoFile() throws IOException {
        assertThatThrownBy(() -> PrecomputedReference.write(file(), origin(), rows -> {
                    rows.take(BATCH, 0, new float[BATCH.length(0)]);
                    throw new IllegalStateException("killed");
                }))
                .hasMessage("killed");
        try (var left = Files.list(file().getParent())) {
            assertThat(left).isEmpty();
        }
    }
}
