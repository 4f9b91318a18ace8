package org.rft4j.rollout.sampler;

import java.util.Arrays;
import java.util.Optional;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.random.KeyedRandom;

/** A sample that is being written. */
final class ActiveRow {
    private static final int FIRST_SIZE = 64;

    private final Job job;
    private final PromptPool.Entry prompt;
    private final RowModel.Row row;
    private final KeyedRandom random;
    private long[] ids = new long[FIRST_SIZE];
    private float[] logProbs = new float[FIRST_SIZE];
    private int[] supportSizes = new int[FIRST_SIZE];
    private int count;
    private boolean listenerFailed;

    /**
     * Begins a sample.
     *
     * @param job what is wanted
     * @param prompt what it continues
     * @param row where it is written
     */
    ActiveRow(Job job, PromptPool.Entry prompt, RowModel.Row row) {
        this.job = job;
        this.prompt = prompt;
        this.row = row;
        SamplingOptions options = job.prepared().request().options();
        random = job.prepared().request().key().random(options.seed());
    }

    Job job() {
        return job;
    }

    PromptPool.Entry prompt() {
        return prompt;
    }

    RowModel.Row row() {
        return row;
    }

    /** What the row is to get next: number i belongs to the i-th new token, whatever happened before. */
    RowModel.Wanted wanted(int steps) {
        int some = Math.min(steps, job.prepared().room() - count);
        return new RowModel.Wanted(
                row,
                job.prepared().request().options(),
                count,
                random.uniforms(count, some),
                job.prepared().endIds());
    }

    /** Takes over what was written, up to where the sample ends. */
    Optional<Ending> take(RowModel.Written written) {
        for (int i = 0; i < written.tokens().length; i++) {
            Optional<Ending> ending = take(written.tokens()[i], written.logProbs()[i], written.supportSizes()[i]);
            if (ending.isPresent()) {
                return ending;
            }
        }
        return written.broken()
                ? Optional.of(Ending.broken("the logits of new token " + count
                        + " were NaN or infinite, they must be finite; check the weights for NaN"))
                : Optional.empty();
    }

    private Optional<Ending> take(long id, float logProb, int supportSize) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
            logProbs = Arrays.copyOf(logProbs, 2 * count);
            supportSizes = Arrays.copyOf(supportSizes, 2 * count);
        }
        ids[count] = id;
        logProbs[count] = logProb;
        supportSizes[count] = supportSize;
        count++;
        Prepared prepared = job.prepared();
        if (prepared.endIds().contains(id)) {
            return Optional.of(Ending.of(StopReason.END_TOKEN));
        }
        boolean mayStop = count > prepared.request().options().minNewTokens();
        if (prepared.text().accept(id, mayStop)) {
            return Optional.of(Ending.of(StopReason.STOP_STRING));
        }
        return count == prepared.room() ? Optional.of(Ending.of(prepared.whenFull())) : Optional.empty();
    }

    /** Tells the listener what is new. If it throws, the sample ends, and it is not called again. */
    Optional<Ending> tell() {
        try {
            if (!listenerFailed) {
                job.tell(count);
            }
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            listenerFailed = true;
            return Optional.of(Ending.broken("the sample's listener", e));
        }
    }

    /** Ends the sample. */
    void end(Ending ending, long version) {
        SampledTokens tokens = new SampledTokens(
                job.prepared().prompt(),
                Arrays.copyOf(ids, count),
                Arrays.copyOf(logProbs, count),
                Arrays.copyOf(supportSizes, count),
                SampledTokens.Origin.DRAWN);
        job.end(ending, version, tokens);
    }

    int count() {
        return count;
    }
}
