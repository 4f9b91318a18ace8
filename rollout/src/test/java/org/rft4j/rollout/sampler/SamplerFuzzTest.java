package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.testing.TestModels;

/**
 * Random requests, many at once, with cancellations, deadlines and listeners that throw. {@code -Drft4j.fuzz.seed} and
 * {@code -Drft4j.fuzz.factor} try others and more.
 */
class SamplerFuzzTest {
    private static final long SEED = Long.getLong("rft4j.fuzz.seed", 20_260_101L);
    private static final int SAMPLES = 2000 * Integer.getInteger("rft4j.fuzz.factor", 1);
    private static final int LARGEST_SUBMISSION = 24;
    private static final long CACHE_BYTES = 1 << 21;

    private final Map<SampleKey, StringBuffer> heard = new ConcurrentHashMap<>();
    private final Map<StopReason, Integer> reasons = new EnumMap<>(StopReason.class);

    @Test
    void noStateIsInvalidEveryReasonIsSeenAndNothingLeaks() {
        LoadOptions shorter = LoadOptions.DEFAULT.withContextLength(SamplerFuzz.CONTEXT);
        try (LanguageModel model = LanguageModel.load(TestModels.storiesFolder(), shorter, TestModels.engine())) {
            long before = NativeMemory.liveArrays(TestModels.engine().manager());
            SamplerOptions options =
                    SamplerOptions.DEFAULT.withMaxRows(32).withChunks(6, 3).withCacheBytes(CACHE_BYTES);
            try (PolicySampler sampler = PolicySampler.of(model, options)) {
                run(sampler, model);
                assertThat(sampler.statistics().samples()).isEqualTo(SAMPLES);
                assertThat(sampler.statistics().liveTokens()).isZero();
                assertThat(sampler.statistics().sharedPromptTokens()).isPositive();
            }
            assertThat(NativeMemory.liveArrays(TestModels.engine().manager())).isEqualTo(before);
        }
        assertThat(reasons).containsOnlyKeys(StopReason.values());
    }

    private void run(PolicySampler sampler, LanguageModel model) {
        List<SampleRequest> requests = new ArrayList<>();
        List<SampleHandle> handles = new ArrayList<>();
        KeyedRandom random = KeyedRandom.ofSeed(SEED);
        for (int wave = 0; requests.size() < SAMPLES; wave++) {
            KeyedRandom own = random.derive(wave);
            List<SampleRequest> some = new ArrayList<>();
            for (int i = 0; i < own.uniform(0) * LARGEST_SUBMISSION && requests.size() + some.size() < SAMPLES; i++) {
                int number = requests.size() + some.size();
                some.add(SamplerFuzz.request(random.derive("request").derive(number), number));
            }
            requests.addAll(some);
            handles.addAll(sampler.submit(some, own.uniform(1) < 0.9 ? this::hear : SamplerFuzzTest::fail));
            handles.get((int) (own.uniform(2) * handles.size())).cancel();
            handles.get(handles.size() - 1).cancel();
            if (wave % 8 == 0) {
                handles.get(Math.max(0, handles.size() - 40)).result().join();
            }
        }
        for (int i = 0; i < handles.size(); i++) {
            Sample sample = handles.get(i).result().join();
            reasons.merge(sample.stopReason(), 1, Integer::sum);
            String all = heard.getOrDefault(sample.key(), new StringBuffer()).toString();
            SamplerFuzz.check(requests.get(i), sample, all, model.stopIds(), model.tokenizer());
        }
    }

    private void hear(SampleKey key, String text, int tokens) {
        heard.computeIfAbsent(key, k -> new StringBuffer()).append(text);
    }

    private static void fail(SampleKey key, String text, int tokens) {
        throw new IllegalStateException("on purpose");
    }
}
