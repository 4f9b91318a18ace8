package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.testing.TestModels;

/** The same sample is the same, whatever is written beside it, and the policy scores it as the sampler did. */
class ReproducibleSamplesTest {
    private static final double AGREEMENT = 1e-4;
    private static final double ROUNDING = 1e-4;
    private static final int SAMPLES = 16;

    private static LanguageModel model;
    private static Policy policy;

    @BeforeAll
    static void load() {
        model = TestModels.stories();
        policy = Policy.of(model.weights(), Trainable.everything());
    }

    @AfterAll
    static void free() {
        policy.close();
        model.close();
    }

    @Test
    void inBatchesOfOneThreeAndSixteenInAnyOrder() {
        List<SampleRequest> requests = Stories.mixed(SAMPLES, 40);
        Map<SampleKey, Sample> alone =
                write(SamplerOptions.DEFAULT.withMaxRows(1).withChunks(7, 1), requests);
        requireEqual(alone, write(SamplerOptions.DEFAULT.withMaxRows(3), shuffled(requests, 1)), ROUNDING);
        requireEqual(alone, write(SamplerOptions.DEFAULT.withMaxRows(SAMPLES), requests), ROUNDING);
        requireEqual(alone, write(SamplerOptions.DEFAULT.withMaxRows(SAMPLES), shuffled(requests, 2)), ROUNDING);
    }

    @Test
    void whateverIsSubmittedInBetween() {
        List<SampleRequest> requests = Stories.mixed(SAMPLES, 40);
        Map<SampleKey, Sample> together = write(SamplerOptions.DEFAULT, requests);
        Map<SampleKey, Sample> apart = new HashMap<>();
        try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withChunks(2, 1))) {
            List<SampleHandle> handles = new ArrayList<>();
            for (SampleRequest request : shuffled(requests, 3)) {
                handles.addAll(sampler.submit(List.of(request), SampleListener.NONE));
                handles.get(handles.size() / 2).result().join();
            }
            for (SampleHandle handle : handles) {
                Sample sample = handle.result().join();
                apart.put(sample.key(), sample);
            }
        }
        requireEqual(together, apart, ROUNDING);
    }

    @Test
    void toTheLastBitInStrictMode() {
        List<SampleRequest> requests = Stories.mixed(SAMPLES, 40);
        SamplerOptions strict = SamplerOptions.DEFAULT.withMaxRows(5).strictly();
        Map<SampleKey, Sample> samples = write(strict, requests);
        Map<SampleKey, Sample> alone = new HashMap<>();
        requests.forEach(request -> alone.putAll(write(strict, List.of(request))));
        requireEqual(samples, alone, 0);
        requireEqual(samples, write(strict.withChunks(3, 1), shuffled(requests, 4)), 0);
    }

    @Test
    void anotherSeedOrKeyWritesSomethingElse() {
        SamplingOptions options = SamplingOptions.of(30, 1);
        SampleRequest one = Stories.request("Once upon a time", 0, options);
        List<SampleRequest> others = List.of(
                Stories.request("Once upon a time", 0, options.withSeed(2)),
                Stories.request("Once upon a time", 1, options),
                new SampleRequest(one.key().atTurn(1), one.prompt(), options),
                new SampleRequest(new SampleKey(1, one.key().promptId(), 0, 0), one.prompt(), options));
        try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT)) {
            String text = sampler.sample(List.of(one)).get(0).text();
            assertThat(sampler.sample(others)).extracting(Sample::text).doesNotContain(text);
        }
    }

    @Test
    void thePolicyScoresWhatTheSamplerSays() {
        SamplingFilter nucleus = new SamplingFilter(1.2, 0, 0.95, 0, 1);
        for (SamplingFilter filter : List.of(SamplingFilter.NONE, SamplingFilter.temperature(0.7), nucleus)) {
            List<SampleRequest> requests = new ArrayList<>();
            SamplingOptions options = SamplingOptions.of(60, 9).withFilter(filter);
            for (int i = 0; i < SAMPLES; i++) {
                requests.add(Stories.request(i % 2 == 0 ? "Once upon a time" : "The big dog", i, options));
            }
            List<Sample> samples =
                    List.copyOf(write(SamplerOptions.DEFAULT, requests).values());
            requireAgreement(samples, filter);
            for (Sample sample : samples) {
                int[] sizes = sample.tokens().supportSizes();
                assertThat(sizes).hasSameSizeAs(sample.tokens().ids());
                assertThat(IntStream.of(sizes)).allMatch(size -> filter.equals(nucleus) ? size > 0 : size == 0);
            }
        }
    }

    @Test
    void samplesSayWhichWeightsWroteThem() {
        SampleRequest request = Stories.request("The dog said", 0, SamplingOptions.greedy(4));
        try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT)) {
            long before = sampler.policyVersion();
            assertThat(sampler.sample(List.of(request)).get(0).policyVersion()).isEqualTo(before);
            policy.raiseVersion();
            assertThat(sampler.policyVersion()).isEqualTo(before + 1);
            Sample after = sampler.sample(List.of(request)).get(0);
            assertThat(after.policyVersion()).isEqualTo(before + 1);
            assertThat(after.stopReason()).isEqualTo(StopReason.LENGTH);
        }
    }

    private static void requireAgreement(List<Sample> samples, SamplingFilter filter) {
        TokenBatch batch = TokenBatch.ofResponses(
                        samples.stream().map(sample -> sample.tokens().prompt()).toList(),
                        samples.stream().map(sample -> sample.tokens().ids()).toList())
                .withSupportSizes(samples.stream()
                        .map(ReproducibleSamplesTest::sizesBehindPrompt)
                        .toList());
        PolicyScoreOptions options = PolicyScoreOptions.DEFAULT.withFilters(List.of(filter));
        try (NativeScope scope = TestModels.engine().openScope()) {
            float[] scores =
                    policy.score(batch, options, scope.manager()).logProbs().toFloatArray();
            for (int n = 0; n < samples.size(); n++) {
                int from = n * batch.columns() + samples.get(n).tokens().prompt().length;
                float[] sampled = samples.get(n).tokens().logProbs();
                for (int t = 0; t < sampled.length; t++) {
                    assertThat((double) sampled[t]).isCloseTo(scores[from + t], within(AGREEMENT));
                }
            }
        }
    }

    private static int[] sizesBehindPrompt(Sample sample) {
        int[] prompt = new int[sample.tokens().prompt().length];
        return IntStream.concat(
                        IntStream.of(prompt), IntStream.of(sample.tokens().supportSizes()))
                .toArray();
    }

    private static Map<SampleKey, Sample> write(SamplerOptions options, List<SampleRequest> requests) {
        Map<SampleKey, Sample> samples = new HashMap<>();
        try (PolicySampler sampler = PolicySampler.of(policy, model, options)) {
            sampler.sample(requests).forEach(sample -> samples.put(sample.key(), sample));
        }
        return samples;
    }

    private static void requireEqual(Map<SampleKey, Sample> some, Map<SampleKey, Sample> others, double tolerance) {
        assertThat(others.keySet()).isEqualTo(some.keySet());
        some.forEach((key, sample) -> {
            Sample other = others.get(key);
            assertThat(other.error()).isEmpty();
            assertThat(other.tokens().ids())
                    .as("tokens of %s", key)
                    .containsExactly(sample.tokens().ids());
            assertThat(other.text()).isEqualTo(sample.text());
            assertThat(other.stopReason()).isEqualTo(sample.stopReason());
            for (int t = 0; t < sample.tokens().logProbs().length; t++) {
                assertThat((double) other.tokens().logProbs()[t])
                        .isCloseTo(sample.tokens().logProbs()[t], within(tolerance));
            }
        });
    }

    private static List<SampleRequest> shuffled(List<SampleRequest> requests, int seed) {
        Map<SampleRequest, Double> places = new HashMap<>();
        for (int i = 0; i < requests.size(); i++) {
            places.put(requests.get(i), KeyedRandom.ofSeed(seed).uniform(i));
        }
        List<SampleRequest> shuffled = new ArrayList<>(requests);
        Collections.sort(shuffled, Comparator.comparing(places::get));
        return shuffled;
    }
}
