package org.rft4j.benchmarks.decoding;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.DecodeOptions;
import org.rft4j.engine.decoder.DecodeRequest;
import org.rft4j.engine.decoder.DecodeRow;
import org.rft4j.engine.decoder.DecodeSession;
import org.rft4j.engine.decoder.DecodeStatistics;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.Prefix;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Tokens per second of a {@link DecodeSession} alone: prompts are read, and rows written until each has its tokens. Prints one line:
 * settings, tokens per second with and without the prompts, memory, and shares of time. Arguments: {@code key=value} pairs,
 * {@code model} (a folder) and any of {@code rows prompt new group chunk filter strict rounds threads}.
 */
public final class DecodeSpeed {
    private static final int TIMED_ROUNDS = 2;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Decoder decoder;
    private final int rows;
    private final int prompt;
    private final int newTokens;
    private final int group;
    private final int chunk;
    private final SamplingFilter filter;
    private final boolean strict;
    private double prefillSeconds;
    private double decodeSeconds;
    private double processorSeconds;
    private DecodeStatistics statistics = new DecodeStatistics(0, 0, 1, 0, new DecodeStatistics.Times(0, 0, 0, 0));

    private DecodeSpeed(Decoder decoder, Arguments arguments) {
        this.decoder = decoder;
        this.rows = arguments.number("rows", 8);
        this.prompt = arguments.number("prompt", 64);
        this.newTokens = arguments.number("new", 128);
        this.group = arguments.number("group", 1);
        this.chunk = arguments.number("chunk", 16);
        this.strict = arguments.number("strict", 0) == 1;
        this.filter = filter(arguments.text("filter", "none"));
    }

    /** The command line. */
    private record Arguments(List<String> pairs) {
        String text(String key, String otherwise) {
            return pairs.stream()
                    .filter(pair -> pair.startsWith(key + "="))
                    .map(pair -> pair.substring(key.length() + 1))
                    .findFirst()
                    .orElse(otherwise);
        }

        int number(String key, int otherwise) {
            return Integer.parseInt(text(key, Integer.toString(otherwise)));
        }
    }

    /**
     * Measures.
     *
     * @param args {@code key=value} pairs
     */
    public static void main(String[] args) {
        Arguments arguments = new Arguments(List.of(args));
        EngineOptions options = EngineOptions.onCpu().withThreads(arguments.number("threads", 2));
        try (TensorEngine engine = TensorEngine.start(options)) {
            ModelWeights model =
                    Checkpoints.load(Path.of(arguments.text("model", "")), LoadOptions.DEFAULT, engine.manager());
            try (Decoder decoder = Decoder.of(model.config(), model.weights())) {
                new DecodeSpeed(decoder, arguments).measure(arguments.number("rounds", 5));
            }
        }
    }

    private static SamplingFilter filter(String name) {
        return switch (name) {
            case "none" -> SamplingFilter.NONE;
            case "greedy" -> SamplingFilter.temperature(0);
            case "top-k" -> new SamplingFilter(1, 50, 1, 0, 1);
            case "top-p" -> new SamplingFilter(1, 0, 0.95, 0, 1);
            default -> throw new IllegalArgumentException("filter must be none, greedy, top-k or top-p: " + name);
        };
    }

    private void measure(int rounds) {
        double[] all = new double[rounds];
        double[] decode = new double[rounds];
        double[] processor = new double[rounds];
        round(false);
        for (int i = 0; i < rounds; i++) {
            round(false);
            all[i] = rows * newTokens / (prefillSeconds + decodeSeconds);
            decode[i] = rows * newTokens / decodeSeconds;
            processor[i] = rows * newTokens / processorSeconds;
        }
        for (int i = 0; i < TIMED_ROUNDS; i++) {
            round(true);
        }
        print(median(all), median(decode), max(decode), max(processor));
    }

    private void print(double all, double decode, double best, double processor) {
        DecodeStatistics.Times times = statistics.times();
        double sum = times.attention() + times.body() + times.head() + times.drawing();
        System.out.printf(
                Locale.ROOT,
                "rows %d prompt %d new %d group %d chunk %d strict %b filter %s: %.0f tokens/s, decoding alone %.0f (best %.0f, per"
                        + " second of the calling thread %.0f),"
                        + " prefill %.1f ms; bytes per token %.2f of %d; attention %.0f%% body %.0f%% head %.0f%% drawing %.0f%%"
                        + " between calls %.0f%%%n",
                rows,
                prompt,
                newTokens,
                group,
                chunk,
                strict,
                filter,
                all,
                decode,
                best,
                processor,
                prefillSeconds * 1e3,
                (double) statistics.cacheBytes() / statistics.liveTokens(),
                statistics.bytesPerToken(),
                100 * times.attention() / decodeSeconds,
                100 * times.body() / decodeSeconds,
                100 * times.head() / decodeSeconds,
                100 * times.drawing() / decodeSeconds,
                100 * (1 - sum / decodeSeconds));
    }

    private void round(boolean timed) {
        DecodeOptions plain = DecodeOptions.ofRows(rows);
        DecodeOptions taken = timed ? plain.withTimes() : plain;
        KeyedRandom random = KeyedRandom.ofSeed(1);
        try (DecodeSession session = DecodeSession.open(decoder, strict ? taken.strictly() : taken)) {
            long start = System.nanoTime();
            List<DecodeRow> admitted = new ArrayList<>();
            for (Prefix prefix : session.prefill(prompts(random))) {
                for (int i = 0; i < group; i++) {
                    admitted.add(i < group - 1 ? session.admit(prefix) : session.take(prefix));
                }
            }
            long read = System.nanoTime();
            long readProcessor = THREADS.getCurrentThreadCpuTime();
            for (int done = 0; done < newTokens; done += chunk) {
                decode(session, admitted, random, done);
            }
            prefillSeconds = (read - start) * 1e-9;
            decodeSeconds = (System.nanoTime() - read) * 1e-9;
            processorSeconds = (THREADS.getCurrentThreadCpuTime() - readProcessor) * 1e-9;
            statistics = session.statistics();
        }
    }

    private List<long[]> prompts(KeyedRandom random) {
        int vocabulary = decoder.config().vocabulary();
        List<long[]> prompts = new ArrayList<>();
        for (int i = 0; i < rows; i += group) {
            KeyedRandom ofPrompt = random.derive(i);
            long[] ids = new long[prompt];
            Arrays.setAll(ids, t -> (long) (ofPrompt.uniform(t) * vocabulary));
            prompts.add(ids);
        }
        return prompts;
    }

    private void decode(DecodeSession session, List<DecodeRow> admitted, KeyedRandom random, int from) {
        List<DecodeRequest.Row> request = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            double[] uniforms = random.derive("row").derive(i).uniforms(from, Math.min(chunk, newTokens - from));
            request.add(new DecodeRequest.Row(admitted.get(i), filter, uniforms, List.of()));
        }
        session.decode(DecodeRequest.untilAllStop(request));
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
