package org.rft4j.engine.decoder;

import java.util.Arrays;
import org.rft4j.engine.decoder.DecodedRow.State;

/** A row of a request on its way through one or more native calls. */
final class RowProgress {
    private final DecodeRequest.Row request;
    private final double[] uniforms;
    private final long[] tokens;
    private final float[] logProbs;
    private final int[] supportSizes;
    private int count;
    private State state = State.RUNNING;

    RowProgress(DecodeRequest.Row request) {
        this.request = request;
        this.uniforms = request.uniforms();
        this.tokens = new long[uniforms.length];
        this.logProbs = new float[uniforms.length];
        this.supportSizes = new int[uniforms.length];
    }

    DecodeRequest.Row request() {
        return request;
    }

    DecodeRow row() {
        return request.row();
    }

    int remaining() {
        return uniforms.length - count;
    }

    boolean stopped() {
        return state != State.RUNNING || remaining() == 0;
    }

    /** The uniform of a step from here on; past the last one it does not matter. */
    double uniform(int step) {
        return step < remaining() ? uniforms[count + step] : 0;
    }

    /** Takes over what a native call made: tokens up to the first negative one. Returns how many. */
    int take(long[] newTokens, float[] newLogProbs, long[] newSizes, int from, int steps, State newState) {
        int made = 0;
        while (made < Math.min(steps, remaining()) && newTokens[from + made] >= 0) {
            made++;
        }
        System.arraycopy(newTokens, from, tokens, count, made);
        System.arraycopy(newLogProbs, from, logProbs, count, made);
        for (int i = 0; i < made; i++) {
            supportSizes[count + i] = (int) newSizes[from + i];
        }
        row().append(Arrays.copyOfRange(newTokens, from, from + made), made);
        count += made;
        state = newState;
        return made;
    }

    DecodedRow result() {
        return new DecodedRow(
                row(),
                Arrays.copyOf(tokens, count),
                Arrays.copyOf(logProbs, count),
                Arrays.copyOf(supportSizes, count),
                state);
    }
}
