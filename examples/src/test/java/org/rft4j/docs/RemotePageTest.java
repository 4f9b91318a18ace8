package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.remote.Dialect;
import org.rft4j.rollout.remote.PushOptions;
import org.rft4j.rollout.remote.RemoteOptions;
import org.rft4j.rollout.remote.RemoteSampler;
import org.rft4j.rollout.remote.RemoteWeights;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.server.AdapterOptions;
import org.rft4j.rollout.server.PolicyAdapters;
import org.rft4j.rollout.server.PolicyServer;
import org.rft4j.rollout.server.ServedPolicy;
import org.rft4j.rollout.server.ServerOptions;

/** The code of docs/remote.md. */
@Timeout(300)
class RemotePageTest {
    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final Stories stories = new Stories();
    private final List<SampleRequest> requests = List.of(
            new SampleRequest(SampleKey.of("once", 0), Prompt.of("Once upon a time"), SamplingOptions.greedy(5)));

    @AfterEach
    void free() {
        stories.close();
        engine.close();
    }

    @Test
    void servesAndAsks() throws IOException {
        Path adapters = Files.createDirectories(stories.fresh("adapters"));
        try (LanguageModel model = LanguageModel.load(stories.folder(), engine);
                PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            ServedPolicy served = new ServedPolicy("my-model", sampler, model.tokenizer(), model.stopIds());
            AdapterOptions loading =
                    new AdapterOptions(adapters, 2, PolicyAdapters.over(model, SamplerOptions.DEFAULT));
            ServerOptions how = ServerOptions.DEFAULT.withAdapters(loading);
            try (PolicyServer server = PolicyServer.start(served, how)) {
                URI address = server.baseUrl();
                ask(address);
                push(address, model, adapters);
            }
        }
    }

    private void ask(URI address) {
        RemoteOptions options = RemoteOptions.of(address, "my-model", Dialect.rft4j())
                .withConcurrency(16)
                .withTimeLimit(Duration.ofMinutes(5));
        try (RemoteSampler remote = RemoteSampler.of(options)) {
            List<Sample> samples = remote.sample(requests);
            assertThat(samples.get(0).text()).isEqualTo(", there was a little");
        }
    }

    private void push(URI address, LanguageModel model, Path adapters) {
        try (Policy policy = Policy.of(model.weights(), Trainable.lora(LoraConfig.of(2, 4, LoraTargets.allLinear())))) {
            try (RemoteSampler remote = RemoteSampler.of(RemoteOptions.of(address, "my-model", Dialect.rft4j()))) {
                RemoteWeights weights = RemoteWeights.of(remote, PushOptions.sameFolder(adapters, "my-run"));
                policy.raiseVersion();
                weights.push(policy);
                Sample sample = remote.sample(requests).get(0);
                long version = sample.policyVersion();
                assertThat(version).isEqualTo(1);
                assertThat(sample.text()).isEqualTo(", there was a little");
            }
        }
    }
}
