package org.rft4j.core.policy;

import ai.djl.ndarray.NDManager;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.files.AtomicFiles;
import org.rft4j.engine.Check;
import org.rft4j.engine.EngineException;

/**
 * Log-probs that a model gave known rows once, in a file: no second model is held, and a row that is not there is an error. Rows are told apart
 * by a hash of their tokens and of which of them are scored. Their numbers stay in the file; in memory each row takes about 100 bytes. Threads may
 * score at once. Made by {@code org.rft4j.core.trainer.ReferencePrecomputation}.
 */
public final class PrecomputedReference implements Reference {
    private static final int STATE = 0x72_66_70_02; // "rfp", version 2 of what checkpoints hold

    private final Path file;
    private final LogProbOrigin origin;
    private final Map<RowKey, Long> places;
    private final int checksum;
    private final FileChannel channel;

    private PrecomputedReference(
            Path file, LogProbOrigin origin, Map<RowKey, Long> places, int checksum, FileChannel channel) {
        this.file = file;
        this.origin = origin;
        this.places = places;
        this.checksum = checksum;
        this.channel = channel;
    }

    /** Computes rows. */
    @FunctionalInterface
    public interface Filling {
        /**
         * Gives all rows.
         *
         * @param rows takes them
         */
        void into(LogProbRows rows);
    }

    /**
     * Writes a file, which appears when it is complete.
     *
     * @param file where
     * @param origin what computes the log-probs
     * @param filling computes them
     * @return the reference
     */
    public static PrecomputedReference write(Path file, LogProbOrigin origin, Filling filling) {
        try (AtomicFiles files = new AtomicFiles()) {
            Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
            files.write(file, out -> LogProbFile.write(out, origin, filling));
            files.commit();
        } catch (IOException e) {
            throw AtomicFiles.unwritable(file, e);
        }
        return open(file, origin);
    }

    /**
     * Opens a file, which is read once to see that it is whole.
     *
     * @param file what {@link #write} wrote
     * @param origin what would compute the log-probs now; refused if it is not what did
     * @return the reference
     */
    public static PrecomputedReference open(Path file, LogProbOrigin origin) {
        LogProbFile.Read read = LogProbFile.read(file);
        requireSame(file, "weights that computed it", read.origin().weights(), origin.weights());
        requireSame(
                file, "distribution that it was computed under", read.origin().scoring(), origin.scoring());
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            return new PrecomputedReference(file, origin, read.places(), read.checksum(), channel);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void requireSame(Path file, String what, String found, String wanted) {
        CheckpointException.check(
                found.equals(wanted),
                file,
                what,
                found,
                "must be those of the reference now, " + wanted,
                "delete the file to compute it anew, or begin with the model and the settings that it was computed with");
    }

    static EngineException unreadable(Path file, IOException e) {
        return new EngineException("Could not read " + file + ": " + e + "; check path and permissions", e);
    }

    /**
     * How many rows it knows.
     *
     * @return their number, each counted once
     */
    public int rows() {
        return places.size();
    }

    /**
     * Whether it knows a row.
     *
     * @param batch the row's batch
     * @param sequence which of its sequences
     * @return true if it can be scored
     */
    public boolean has(TokenBatch batch, int sequence) {
        return places.containsKey(RowKey.of(batch, sequence));
    }

    @Override
    public ReferenceScores score(TokenBatch batch, PolicyScoreOptions options, NDManager scope) {
        Check.that(
                !options.entropy(),
                "entropies of a precomputed reference",
                "asked for",
                "must not be: it holds log-probs alone",
                "compare with Reference.copyOf(policy)");
        String scoring = LogProbOrigin.scoring(options);
        Check.that(
                scoring.equals(origin.scoring()),
                "distribution that rows are scored under",
                scoring,
                "must be that of " + file + ", " + origin.scoring(),
                "precompute with the settings of the run");
        float[] flat = new float[Math.multiplyExact(batch.sequences(), batch.columns())];
        for (int n = 0; n < batch.sequences(); n++) {
            fill(batch, n, flat);
        }
        return new ReferenceScores(scope.create(flat, batch.shape()), null);
    }

    private void fill(TokenBatch batch, int n, float[] flat) {
        int scored = batch.scoredTokens(n);
        if (scored == 0) {
            return;
        }
        Long place = places.get(RowKey.of(batch, n));
        if (place == null) {
            throw new CheckpointException(
                    file,
                    "row " + n + " of a batch, " + batch.length(n) + " tokens, " + scored + " of them scored,",
                    "absent",
                    "must be among the " + places.size() + " rows whose reference log-probs were computed",
                    "precompute all examples of the run with its own arrangement; one whose rows depend on the other examples"
                            + " of the round needs the rounds themselves, see ReferencePrecomputation");
        }
        ByteBuffer numbers = LogProbFile.numbers(file, channel, place, scored);
        for (int t = 0; t < batch.length(n); t++) {
            if (batch.isScored(n, t)) {
                flat[n * batch.columns() + t] = numbers.getFloat();
            }
        }
    }

    /** {@inheritDoc} The numbers stay in their file; the state says which file it must be. */
    @Override
    public void saveState(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(STATE);
        data.writeInt(checksum);
        data.flush();
    }

    @Override
    public void restoreState(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        try {
            if (data.readInt() != STATE) {
                throw new IOException("it is the state of another kind of reference than precomputed log-probs");
            }
            if (data.readInt() != checksum) {
                throw new IOException("the run was begun with other precomputed log-probs than those of " + file);
            }
        } catch (EOFException e) {
            throw new IOException("State of the reference is cut off or damaged; restore an intact checkpoint", e);
        }
    }

    /** What runs are told apart by. */
    @Override
    public String toString() {
        return "precomputed";
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
