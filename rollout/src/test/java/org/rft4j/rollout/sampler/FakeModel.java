package org.rft4j.rollout.sampler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rft4j.engine.decoder.DecodeStatistics;

/** Draws bytes that depend on prompt, place and uniform number alone, takes a millisecond per step, and notes what it is asked. */
final class FakeModel implements RowModel {
    static final long NANOS_PER_STEP = 1_000_000;
    static final int BYTES_PER_TOKEN = 10;

    /** The prompts of each call that read. */
    final List<List<String>> read = new ArrayList<>();
    /** The most steps of each call that wrote. */
    final List<Integer> steps = new ArrayList<>();

    final List<Integer> rowsPerCall = new ArrayList<>();
    final List<Integer> returnAfter = new ArrayList<>();
    final Set<Object> held = new HashSet<>();
    long version;
    long nanos;
    int resets;
    boolean closed;
    RuntimeException failRead;
    RuntimeException failWrite;
    Runnable duringRead = () -> {};
    Runnable duringWrite = () -> {};
    long nanosPerRead;
    /** Rows of this prompt get unusable logits. */
    String broken = "";

    private final class Prompt implements ReadPrompt {
        private final String text;

        Prompt(String text) {
            this.text = text;
            held.add(this);
        }

        @Override
        public Row begin(boolean last) {
            requireHeld(this);
            if (last) {
                held.remove(this);
            }
            return new FakeRow(text);
        }

        @Override
        public void release() {
            requireHeld(this);
            held.remove(this);
        }
    }

    private final class FakeRow implements Row {
        private final String prompt;

        FakeRow(String prompt) {
            this.prompt = prompt;
            held.add(this);
        }

        @Override
        public void release() {
            requireHeld(this);
            held.remove(this);
        }
    }

    @Override
    public List<ReadPrompt> read(List<long[]> prompts) {
        if (failRead != null) {
            throw failRead;
        }
        duringRead.run();
        nanos += nanosPerRead;
        List<String> texts = prompts.stream().map(FakeModel::text).toList();
        read.add(texts);
        return texts.stream().map(text -> (ReadPrompt) new Prompt(text)).toList();
    }

    @Override
    public List<Written> write(List<Wanted> rows, int returnAfterStopped) {
        rows.forEach(row -> requireHeld(row.row()));
        duringWrite.run();
        if (failWrite != null) {
            throw failWrite;
        }
        List<Written> all = rows.stream().map(this::writeAll).toList();
        int[] stops = all.stream().mapToInt(one -> one.tokens().length).sorted().toArray();
        int done = stops[Math.min(returnAfterStopped, stops.length) - 1];
        steps.add(done);
        rowsPerCall.add(rows.size());
        returnAfter.add(returnAfterStopped);
        nanos += done * NANOS_PER_STEP;
        return all.stream()
                .map(one -> new Written(
                        Arrays.copyOf(one.tokens(), Math.min(done, one.tokens().length)),
                        Arrays.copyOf(one.logProbs(), Math.min(done, one.tokens().length)),
                        Arrays.copyOf(one.supportSizes(), Math.min(done, one.tokens().length)),
                        one.broken()))
                .toList();
    }

    private Written writeAll(Wanted wanted) {
        String prompt = ((FakeRow) wanted.row()).prompt;
        boolean unusable = prompt.equals(broken);
        int count = 0;
        long[] tokens = new long[unusable ? 0 : wanted.uniforms().length];
        float[] logProbs = new float[tokens.length];
        while (count < tokens.length && (count == 0 || !wanted.endIds().contains(tokens[count - 1]))) {
            tokens[count] = tokenAt(prompt, wanted.written() + count, wanted.uniforms()[count]);
            logProbs[count] = (float) Math.log(wanted.uniforms()[count]);
            count++;
        }
        return new Written(Arrays.copyOf(tokens, count), Arrays.copyOf(logProbs, count), new int[count], unusable);
    }

    /** A letter from a to z. */
    static long tokenAt(String prompt, int place, double uniform) {
        return (long) 'a' + Math.floorMod(prompt.hashCode() + place + (int) (uniform * 1000), 26);
    }

    @Override
    public void reset() {
        resets++;
        held.clear();
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public DecodeStatistics statistics() {
        return new DecodeStatistics(
                held.size(), held.size(), BYTES_PER_TOKEN, 0, new DecodeStatistics.Times(0, 0, 0, 0));
    }

    @Override
    public void close() {
        closed = true;
        held.clear();
    }

    static long[] ids(String text) {
        return text.chars().asLongStream().toArray();
    }

    private static String text(long[] ids) {
        StringBuilder text = new StringBuilder();
        for (long id : ids) {
            text.append((char) id);
        }
        return text.toString();
    }

    private void requireHeld(Object one) {
        if (!held.contains(one)) {
            throw new IllegalStateException("a row or prompt is used that was released");
        }
    }
}
