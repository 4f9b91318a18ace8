package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.PolicyScores;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.rollout.testing.TestModels;

/** Sampling from a copy while the policy is trained. */
class CopySamplingTest {
    private static final SamplerOptions STRICT = SamplerOptions.DEFAULT.strictly();
    private static final int STEPS = 5;
    private static final double RATE = 1e-2;

    private LanguageModel model;

    @BeforeEach
    void load() {
        model = TestModels.stories();
    }

    @AfterEach
    void free() {
        model.close();
    }

    static List<Trainable> trainables() {
        return List.of(
                Trainable.everything(), Trainable.lora(LoraConfig.of(4, 8, LoraTargets.named("q_proj", "down_proj"))));
    }

    @ParameterizedTest
    @MethodSource("trainables")
    void trainingLeavesSamplesAloneUntilTheCopyIsSynchronised(Trainable trainable) {
        try (Policy policy = Policy.of(model.weights(), trainable);
                AdamW optimizer = new AdamW(
                        policy.parameters(),
                        AdamWOptions.DEFAULT,
                        TestModels.engine().manager());
                FrozenReference copy = Reference.copyOf(policy);
                PolicySampler sampler = PolicySampler.of(copy, model, STRICT)) {
            List<Sample> before = sampler.sample(requests());
            assertThat(before).extracting(Sample::policyVersion).containsOnly(0L);

            List<SampleHandle> handles = sampler.submit(requests(), SampleListener.NONE);
            for (int step = 0; step < STEPS; step++) {
                train(policy, optimizer);
            }
            List<Sample> meanwhile =
                    handles.stream().map(handle -> handle.result().join()).toList();
            assertSame(meanwhile, before, 0);
            assertThat(sampler.policyVersion()).isZero();
            assertSame(sampler.sample(requests()), before, 0);

            copy.sync();

            assertThat(sampler.policyVersion()).isEqualTo(STEPS);
            List<Sample> after = sampler.sample(requests());
            try (PolicySampler ofPolicy = PolicySampler.of(policy, model, STRICT)) {
                assertSame(after, ofPolicy.sample(requests()), STEPS);
            }
            assertThat(after.get(0).tokens().logProbs())
                    .isNotEqualTo(before.get(0).tokens().logProbs());
        }
    }

    @Test
    void aCopyOfAnotherModelIsRefused() {
        try (LanguageModel other = TestModels.stories();
                Policy policy = Policy.of(other.weights(), Trainable.everything());
                FrozenReference copy = Reference.copyOf(policy)) {
            assertThatThrownBy(() -> PolicySampler.of(copy, model, STRICT))
                    .hasMessage(
                            "model of the copied policy was another one, must be the given model; make the copy with"
                                    + " Reference.copyOf(policy), and the policy with Policy.of(model.weights(), ...)");
        }
    }

    private static void assertSame(List<Sample> actual, List<Sample> expected, long version) {
        for (int i = 0; i < expected.size(); i++) {
            Sample sample = actual.get(i);
            assertThat(sample.error()).isEmpty();
            assertThat(sample.stopReason()).isEqualTo(StopReason.LENGTH);
            assertThat(sample.tokens().ids())
                    .containsExactly(expected.get(i).tokens().ids());
            assertThat(sample.tokens().logProbs())
                    .containsExactly(expected.get(i).tokens().logProbs());
            assertThat(sample.policyVersion()).isEqualTo(version);
        }
    }

    private static List<SampleRequest> requests() {
        SamplingOptions options = SamplingOptions.of(200, 1).withEndIds(List.of(511L));
        return IntStream.range(0, 4)
                .mapToObj(i -> Stories.request("Once upon a time", i, options))
                .toList();
    }

    private static void train(Policy policy, AdamW optimizer) {
        TokenBatch batch = TokenBatch.ofResponses(
                List.of(new long[] {1, 403, 407}), List.of(new long[] {261, 378, 410, 430, 411, 420}));
        try (NativeScope step = TestModels.engine().openScope()) {
            NDManager within = step.manager();
            NDArray gradient = batch.mask(within).mul(-1f / batch.scoredTokens());
            PolicyScores scores = policy.score(batch, PolicyScoreOptions.DEFAULT, within);
            scores.backward(gradient, null);
            optimizer.step(RATE);
            policy.raiseVersion();
        }
    }
}
