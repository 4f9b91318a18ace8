package org.rft4j.benchmarks.decoding;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.DecodeOptions;
import org.rft4j.engine.decoder.DecodeRequest;
import org.rft4j.engine.decoder.DecodeRow;
import org.rft4j.engine.decoder.DecodeSession;
import org.rft4j.engine.decoder.DecodedRow;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.Prefix;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.random.KeyedRandom;

/**
 * How often the company that a row is in changes a draw: the same rows (prompts, uniforms, temperature 1) written 16 at once, 3 at
 * once in shuffled orders, and one by one. Prints draws compared until the first difference of each row, draws that differ, and
 * log-probs whose bits differ. Arguments: {@code model=FOLDER}, new tokens, {@code strict} if wanted.
 */
public final class DrawFlips {
    private static final int ROWS = 16;
    private static final int CHUNK = 16;
    private static final int THREADS = 2;
    private static final int LONGEST_PROMPT = 60;

    private final Decoder decoder;
    private final int newTokens;
    private final boolean strict;

    private DrawFlips(Decoder decoder, int newTokens, boolean strict) {
        this.decoder = decoder;
        this.newTokens = newTokens;
        this.strict = strict;
    }

    /** What a row got. */
    private record Written(List<Long> tokens, List<Float> logProbs) {}

    /**
     * Measures.
     *
     * @param args folder of the model, new tokens per row, and {@code strict} or nothing
     */
    public static void main(String[] args) {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().withThreads(THREADS))) {
            ModelWeights model = Checkpoints.load(Path.of(args[0]), LoadOptions.DEFAULT, engine.manager());
            try (Decoder decoder = Decoder.of(model.config(), model.weights())) {
                new DrawFlips(decoder, Integer.parseInt(args[1]), args.length > 2).measure();
            }
        }
    }

    private void measure() {
        int[] order = IntStream.range(0, ROWS).toArray();
        List<Written> together = write(order, ROWS);
        report("16 at once, shuffled", together, write(shuffled(1), ROWS));
        report("3 at once, shuffled", together, write(shuffled(2), 3));
        report("one by one", together, write(order, 1));
    }

    private static int[] shuffled(int seed) {
        KeyedRandom random = KeyedRandom.ofSeed(seed);
        return IntStream.range(0, ROWS)
                .boxed()
                .sorted(Comparator.comparing(row -> random.uniform(row)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void report(String what, List<Written> one, List<Written> other) {
        long compared = 0;
        long flips = 0;
        long bits = 0;
        double largest = 0;
        for (int row = 0; row < ROWS; row++) {
            Written a = one.get(row);
            Written b = other.get(row);
            boolean same = true;
            for (int i = 0; i < newTokens && same; i++) {
                compared++;
                same = a.tokens().get(i).equals(b.tokens().get(i));
                flips += same ? 0 : 1;
                largest = Math.max(
                        largest,
                        same ? Math.abs(a.logProbs().get(i) - b.logProbs().get(i)) : 0);
                bits += a.logProbs().get(i).equals(b.logProbs().get(i)) ? 0 : 1;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%s%s: %d of %d draws differ (%.2e), bits of %d log-probs, by at most %.1e%n",
                what,
                strict ? ", strict" : "",
                flips,
                compared,
                (double) flips / compared,
                bits,
                largest);
    }

    private List<Written> write(int[] order, int atOnce) {
        List<Written> written = Stream.generate(() -> new Written(new ArrayList<>(), new ArrayList<>()))
                .limit(ROWS)
                .toList();
        DecodeOptions options = DecodeOptions.ofRows(atOnce);
        try (DecodeSession session = DecodeSession.open(decoder, strict ? options.strictly() : options)) {
            for (int from = 0; from < ROWS; from += atOnce) {
                int[] now = Arrays.copyOfRange(order, from, Math.min(ROWS, from + atOnce));
                Map<Integer, DecodeRow> rows = new LinkedHashMap<>();
                for (int row : now) {
                    Prefix prefix = session.prefill(List.of(prompt(row))).get(0);
                    rows.put(row, session.take(prefix));
                }
                for (int done = 0; done < newTokens; done += CHUNK) {
                    decode(session, rows, done, written);
                }
                rows.values().forEach(session::release);
            }
        }
        return written;
    }

    private void decode(DecodeSession session, Map<Integer, DecodeRow> rows, int done, List<Written> written) {
        int count = Math.min(CHUNK, newTokens - done);
        List<DecodeRequest.Row> request = new ArrayList<>();
        rows.forEach((row, handle) -> request.add(new DecodeRequest.Row(
                handle, SamplingFilter.NONE, KeyedRandom.ofSeed(3).derive(row).uniforms(done, count), List.of())));
        List<DecodedRow> decoded = session.decode(DecodeRequest.untilAllStop(request));
        int next = 0;
        for (int row : rows.keySet()) {
            DecodedRow got = decoded.get(next++);
            Arrays.stream(got.tokens()).forEach(written.get(row).tokens()::add);
            for (float logProb : got.logProbs()) {
                written.get(row).logProbs().add(logProb);
            }
        }
    }

    private long[] prompt(int row) {
        KeyedRandom random = KeyedRandom.ofSeed(4).derive(row);
        long[] ids = new long[1 + (int) (random.derive("length").uniform(0) * LONGEST_PROMPT)];
        int vocabulary = decoder.config().vocabulary();
        Arrays.setAll(ids, i -> (long) (random.uniform(i) * vocabulary));
        return ids;
    }
}
