package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.random.KeyedRandom;

/** Random requests, and what must be true of their samples whatever they are. */
final class SamplerFuzz {
    static final int CONTEXT = 96;
    private static final int VOCABULARY = 512;
    private static final int FIRST_LETTER = 259;
    private static final List<String> STOPS = List.of("the", ".", " a", "e", "\n", "Lily", "d the", "\u00E9");

    private SamplerFuzz() {}

    static SampleRequest request(KeyedRandom random, int number) {
        int prompts = 1 + (int) (random.uniform(0) * 8);
        int length = 1 + (int) (random.uniform(1) * (random.uniform(2) < 0.1 ? CONTEXT + 4 : 40));
        KeyedRandom content = KeyedRandom.ofSeed(prompts);
        long[] prompt = new long[length];
        Arrays.setAll(prompt, i -> i == 0 ? 1 : (long) (content.uniform(i) * VOCABULARY));
        return new SampleRequest(SampleKey.of("fuzz", number), Prompt.of(prompt), options(random.derive("options")));
    }

    private static SamplingOptions options(KeyedRandom random) {
        int most = 1 + (int) (random.uniform(0) * (random.uniform(1) < 0.06 ? CONTEXT : 16));
        int least = random.uniform(2) < 0.2 ? (int) (random.uniform(3) * most) : 0;
        List<Long> endIds = new ArrayList<>();
        for (int i = 0; i < (int) (random.uniform(4) * 4); i++) {
            endIds.add(2 + (long) (random.derive("end").uniform(i) * (VOCABULARY - 2)));
        }
        List<String> stops = new ArrayList<>();
        for (int i = 0; i < (int) (random.uniform(5) * 3); i++) {
            stops.add(STOPS.get((int) (random.derive("stop").uniform(i) * STOPS.size())));
        }
        Map<Long, Double> bias = random.uniform(6) < 0.2
                ? Map.of(FIRST_LETTER + (long) (random.uniform(7) * 200), 20 * random.uniform(8) - 5)
                : Map.of();
        Optional<Duration> limit = random.uniform(9) < 0.15
                ? Optional.of(Duration.ofNanos(1 + (long) (random.uniform(10) * 40_000_000)))
                : Optional.empty();
        return new SamplingOptions(
                filter(random.derive("filter")),
                bias,
                least,
                most,
                endIds,
                stops,
                random.uniform(11) < 0.5,
                (long) (random.uniform(12) * 3),
                limit);
    }

    private static SamplingFilter filter(KeyedRandom random) {
        double temperature = List.of(1.0, 1.0, 0.0, 0.6, 2.0).get((int) (random.uniform(0) * 5));
        int topK = random.uniform(1) < 0.3 ? 1 + (int) (random.uniform(2) * 60) : 0;
        double topP = random.uniform(3) < 0.3 ? 0.05 + 0.95 * random.uniform(4) : 1;
        double minP = random.uniform(5) < 0.3 ? random.uniform(6) : 0;
        double repetition = random.uniform(7) < 0.3 ? 0.8 + random.uniform(8) : 1;
        double presence = random.uniform(9) < 0.2 ? 4 * random.uniform(10) - 2 : 0;
        double frequency = random.uniform(11) < 0.2 ? 4 * random.uniform(12) - 2 : 0;
        return new SamplingFilter(temperature, topK, topP, minP, repetition, presence, frequency);
    }

    static void check(SampleRequest request, Sample sample, String heard, List<Long> modelEnds, Tokenizer tokenizer) {
        SamplingOptions options = request.options();
        long[] prompt = ((Prompt.Tokens) request.prompt()).ids();
        long[] ids = sample.tokens().ids();
        List<Long> ends = options.endIds().isEmpty() ? modelEnds : options.endIds();
        assertThat(sample.key()).isEqualTo(request.key());
        assertThat(sample.tokens().prompt()).containsExactly(prompt);
        for (float logProb : sample.tokens().logProbs()) {
            assertThat(logProb).isBetween(-Float.MAX_VALUE, 0f);
        }
        assertThat(sample.error().isPresent()).isEqualTo(sample.stopReason() == StopReason.ERROR);
        int room = Math.max(0, Math.min(options.maxNewTokens(), CONTEXT - prompt.length));
        assertThat(ids.length).isLessThanOrEqualTo(room);
        StopReason full = room < options.maxNewTokens() ? StopReason.CONTEXT_FULL : StopReason.LENGTH;
        if (sample.stopReason().truncated()) {
            assertThat(sample.stopReason()).isEqualTo(full);
            assertThat(ids.length).isEqualTo(room);
        }
        boolean endsWithEnd = ids.length > 0 && ends.contains(ids[ids.length - 1]);
        boolean failed = sample.stopReason() == StopReason.ERROR; // by its listener, also at the last token
        assertThat(endsWithEnd).isEqualTo(sample.stopReason() == StopReason.END_TOKEN || (failed && endsWithEnd));
        long[] spoken = endsWithEnd ? Arrays.copyOf(ids, ids.length - 1) : ids;
        assertThat(spoken)
                .as("an end token ends")
                .doesNotContain(ends.stream().mapToLong(id -> id).toArray());
        if (sample.stopReason().ended()) {
            assertThat(ids.length).isGreaterThan(options.minNewTokens());
        }
        if (failed) {
            assertThat(sample.error()).contains("the sample's listener failed: on purpose");
            assertThat(tokenizer.decode(spoken, true)).startsWith(sample.text());
        } else {
            assertThat(heard).isEqualTo(sample.text());
            checkText(options, sample, spoken, tokenizer);
        }
    }

    private static void checkText(SamplingOptions options, Sample sample, long[] ids, Tokenizer tokenizer) {
        String whole = tokenizer.decode(ids, true);
        String text = sample.text();
        if (sample.stopReason() != StopReason.STOP_STRING) {
            assertThat(text).isEqualTo(whole);
            assertThat(options.minNewTokens() == 0
                            && options.stopStrings().stream().anyMatch(whole::contains))
                    .as("a stop string was missed in %s", whole)
                    .isFalse();
            return;
        }
        assertThat(whole).startsWith(text);
        assertThat(options.stopStrings())
                .anyMatch(stop -> options.keepStopString() ? text.endsWith(stop) : whole.startsWith(text + stop));
        if (options.minNewTokens() == 0) {
            String before = tokenizer.decode(Arrays.copyOf(ids, ids.length - 1), true);
            assertThat(options.stopStrings()).as("no token more than needed").noneMatch(before::contains);
        }
    }
}
