package org.rft4j.rollout.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.rollout.server.Http.get;
import static org.rft4j.rollout.server.Http.json;
import static org.rft4j.rollout.server.Http.post;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.rollout.remote.Dialect;
import org.rft4j.rollout.remote.PushOptions;
import org.rft4j.rollout.remote.RemoteOptions;
import org.rft4j.rollout.remote.RemoteSampler;
import org.rft4j.rollout.remote.RemoteWeights;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.testing.TestModels;

/** A real model in another process writes what the sampler in this one writes, token for token and bit for bit. */
@Timeout(300)
class ServerProcessTest {
    private static final long PATIENCE_SECONDS = 120;
    private static final String TEMPLATE = "{% for m in messages %}"
            + "{% if m.role == 'system' %}{{ raise_exception('no system here') }}{% endif %}{{ m.content }}{% endfor %}";

    @TempDir
    private static Path work;

    private static Path adapters;
    private static LanguageModel model;
    private static Process process;
    private static URI address;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve("model"));
        try (Stream<Path> files = Files.list(TestModels.storiesFolder())) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(String.valueOf(file.getFileName())));
            }
        }
        Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
        adapters = Files.createDirectories(work.resolve("adapters"));
        Path file = work.resolve("address");
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Drft4j.threads=" + Integer.getInteger("rft4j.threads", 2),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoriesServer.class.getName(),
                        folder.toString(),
                        adapters.toString(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("output").toFile())
                .start();
        model = LanguageModel.load(folder, TestModels.engine());
        for (long waited = 0; !Files.exists(file) && process.isAlive(); waited++) {
            assertThat(waited).isLessThan(PATIENCE_SECONDS * 20);
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(process.isAlive()).as(output()).isTrue();
        address = URI.create(Files.readString(file));
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        model.close();
        assertThat(ended).isTrue();
        assertThat(process.exitValue()).as(output()).isZero();
    }

    private static String output() throws IOException {
        return Files.readString(work.resolve("output"));
    }

    private static List<SampleRequest> requests() {
        List<SampleRequest> requests = new ArrayList<>();
        List<Prompt> prompts = List.of(
                Prompt.of("Once upon a time"),
                Prompt.of(new long[] {1, 403, 407}),
                Prompt.of(ChatMessage.user("Lily and Tom")));
        List<SamplingOptions> hows = List.of(
                SamplingOptions.of(12, 5),
                SamplingOptions.greedy(12),
                SamplingOptions.of(12, 6)
                        .withFilter(new SamplingFilter(0.8, 40, 0.95, 0.02, 1.1, 0.3, 0.2))
                        .withLengths(3, 12)
                        .withLogitBias(Map.of(403L, -5.0)),
                SamplingOptions.of(40, 7).withStopStrings(".", " the"));
        for (int p = 0; p < prompts.size(); p++) {
            for (int h = 0; h < hows.size(); h++) {
                requests.add(new SampleRequest(new SampleKey(2, "task" + p, h, 0), prompts.get(p), hows.get(h)));
            }
        }
        return requests;
    }

    private static void requireEqual(List<Sample> samples, List<Sample> expected) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(described(samples.get(i))).as("sample %d", i).isEqualTo(described(expected.get(i)));
        }
    }

    private static List<Object> described(Sample sample) {
        return List.of(
                sample.key(),
                sample.error(),
                sample.text(),
                sample.stopReason(),
                sample.policyVersion(),
                Arrays.toString(sample.tokens().prompt()),
                Arrays.toString(sample.tokens().ids()),
                Arrays.toString(sample.tokens().logProbs()));
    }

    @Test
    void anotherProcessWritesTheSame() {
        List<Sample> expected;
        try (Sampler local = PolicySampler.of(model, StoriesServer.SAMPLING)) {
            expected = local.sample(requests());
        }
        assertThat(expected).extracting(Sample::stopReason).contains(StopReason.LENGTH, StopReason.STOP_STRING);
        RemoteOptions options = RemoteOptions.of(address, StoriesServer.NAME, Dialect.rft4j());
        for (RemoteOptions how : List.of(options, options.withStreaming())) {
            try (RemoteSampler remote = RemoteSampler.of(how)) {
                requireEqual(remote.sample(requests()), expected);
            }
        }
    }

    @Test
    void whatTheTemplateRefusesIsTheClientsFault() {
        HttpResponse<String> response = post(
                address,
                "/chat/completions",
                "{\"model\":\"stories\",\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("no system here");
    }

    @Test
    void weightsThatChangeHereChangeThere() {
        RemoteOptions options = RemoteOptions.of(address, StoriesServer.NAME, Dialect.rft4j());
        try (Policy policy = Policy.of(model.weights(), Trainable.lora(LoraConfig.of(2, 4, LoraTargets.allLinear())));
                RemoteSampler remote = RemoteSampler.of(options)) {
            RemoteWeights weights = RemoteWeights.of(remote, PushOptions.sameFolder(adapters, "run"));
            List<Sample> before = List.of();
            for (int step = 1; step <= 2; step++) {
                change(policy, step);
                policy.raiseVersion();
                weights.push(policy);
                List<Sample> expected;
                try (Sampler local = PolicySampler.of(policy, model, StoriesServer.SAMPLING)) {
                    expected = local.sample(requests());
                }
                List<Sample> samples = remote.sample(requests());
                requireEqual(samples, expected);
                assertThat(samples).allMatch(sample -> sample.policyVersion() == policy.version());
                assertThat(samples).extracting(Sample::text).isNotEqualTo(texts(before));
                before = samples;
            }
            assertThat(json(get(address, "/models").body()).get("data").findValuesAsText("id"))
                    .containsExactly(StoriesServer.NAME, "run-v2");
        }
    }

    private static List<String> texts(List<Sample> samples) {
        return samples.stream().map(Sample::text).toList();
    }

    /** Makes every matrix of the adapter another one, as a step of training would. */
    private static void change(Policy policy, int step) {
        NativeScope scope = TestModels.engine().openScope();
        for (Parameter parameter : policy.parameters()) {
            WeightUpdates.copy(
                    List.of(parameter.weight()), List.of(parameter.weight().add(0.02 * step)));
        }
        scope.close();
    }
}
