package org.rft4j.rollout.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.rollout.server.Http.get;
import static org.rft4j.rollout.server.Http.json;
import static org.rft4j.rollout.server.Http.post;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rollout.remote.Dialect;
import org.rft4j.rollout.remote.PushOptions;
import org.rft4j.rollout.remote.RemoteException;
import org.rft4j.rollout.remote.RemoteOptions;
import org.rft4j.rollout.remote.RemoteSampler;
import org.rft4j.rollout.remote.RemoteWeights;
import org.rft4j.rollout.remote.RetryOptions;
import org.rft4j.rollout.testing.FakeSampler;
import org.rft4j.rollout.testing.ScriptedServer;
import org.rft4j.rollout.testing.TestModels;

/** Adapters go to a server by name and version; what writes there is a fake, the files are real. */
@Timeout(120)
class RemoteWeightsTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final LoraConfig LORA = LoraConfig.of(2, 4, LoraTargets.allLinear());

    @TempDir
    private Path folder;

    private final LanguageModel model = TestModels.stories();
    private final Policy policy = Policy.of(model.weights(), Trainable.lora(LORA));
    private final FakeSampler base = FakeSampler.writing();
    private final List<FakeSampler> loaded = new CopyOnWriteArrayList<>();
    private boolean holding;
    private PolicyServer server;
    private RemoteSampler sampler;

    @BeforeEach
    void start() {
        server = PolicyServer.start(
                new ServedPolicy("tiny", base, base.tokenizer(), List.of(257L)),
                ServerOptions.DEFAULT.withAdapters(new AdapterOptions(folder, 2, this::load)));
        sampler = RemoteSampler.of(RemoteOptions.of(server.baseUrl(), "tiny", Dialect.rft4j()));
    }

    private Sampler load(Path adapter) {
        try (NDManager manager = model.weights().manager().newSubManager()) {
            PeftFolder.load(adapter, model.weights(), Set.of(), manager); // refuses what is none
        }
        FakeSampler fake = holding ? FakeSampler.holding(1) : FakeSampler.writing();
        loaded.add(fake);
        return fake;
    }

    @AfterEach
    void close() {
        sampler.close();
        server.close();
        base.close();
        policy.close();
        model.close();
    }

    private Sample one() {
        return sampler.sample(List.of(request())).get(0);
    }

    private static SampleRequest request() {
        return new SampleRequest(SampleKey.of("p", 0), Prompt.of("a"), SamplingOptions.of(5, 1));
    }

    private List<String> served() {
        return json(get(server.baseUrl(), "/models").body()).get("data").findValuesAsText("id");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void eachVersionReplacesTheOneBefore() throws IOException {
        RemoteWeights weights = RemoteWeights.of(sampler, PushOptions.sameFolder(folder, "run"));
        for (long version = 1; version <= 3; version++) {
            policy.raiseVersion();
            weights.push(policy);
            weights.push(policy); // is there already
            assertThat(served()).containsExactly("tiny", "run-v" + version);
            assertThat(files()).containsExactly("run-v" + version);
            assertThat(sampler.policyVersion()).isEqualTo(version);
            assertThat(one().policyVersion()).isEqualTo(version);
            assertThat(loaded).hasSize((int) version);
            assertThat(loaded.get((int) version - 1).seen()).containsExactly(request());
        }
        assertThat(base.seen()).isEmpty();
        assertThat(loaded.get(0).closed().getCount()).isZero();
        assertThat(loaded.get(2).closed().getCount()).isOne();
    }

    @Test
    void theOldVersionStaysUntilItsLastSampleHasEnded() throws InterruptedException {
        RemoteWeights weights = RemoteWeights.of(sampler, PushOptions.sameFolder(folder, "run"));
        holding = true;
        policy.raiseVersion();
        weights.push(policy);
        SampleHandle old =
                sampler.submit(List.of(request()), SampleListener.NONE).get(0);
        assertThat(loaded.get(0).begun().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        holding = false;
        policy.raiseVersion();
        weights.push(policy);
        assertThat(served()).containsExactly("tiny", "run-v1", "run-v2");
        assertThat(one().policyVersion()).isEqualTo(2);
        old.cancel();
        assertThat(old.result().join().policyVersion()).isEqualTo(1);
        assertThat(loaded.get(0).closed().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(served()).containsExactly("tiny", "run-v2");
    }

    @Test
    void whatWasLeftFromAnEarlierRunIsReplaced() {
        policy.raiseVersion();
        RemoteWeights.of(sampler, PushOptions.sameFolder(folder, "run")).push(policy);
        try (RemoteSampler resumed = RemoteSampler.of(RemoteOptions.of(server.baseUrl(), "tiny", Dialect.rft4j()))) {
            RemoteWeights.of(resumed, PushOptions.sameFolder(folder, "run")).push(policy);
            assertThat(resumed.policyVersion()).isEqualTo(1);
            assertThat(loaded).hasSize(2);
            assertThat(loaded.get(0).closed().getCount()).isZero();
        }
    }

    @Test
    void aFailureLeavesTheLastGoodVersionInUse() throws IOException {
        policy.raiseVersion();
        RemoteWeights.of(sampler, PushOptions.sameFolder(folder, "run")).push(policy);
        policy.raiseVersion();
        RemoteWeights elsewhere =
                RemoteWeights.of(sampler, new PushOptions(folder, "/nowhere", "run", Duration.ofMinutes(1)));
        assertThatThrownBy(() -> elsewhere.push(policy))
                .isInstanceOf(RemoteException.class)
                .hasMessage(
                        "version 2 did not reach the server: the server answered with status 400: lora_path must be a"
                                + " folder below the one that the server allows; samples still come from version 1 (run-v1)");
        assertThat(sampler.policyVersion()).isEqualTo(1);
        assertThat(one().policyVersion()).isEqualTo(1);
        assertThat(served()).containsExactly("tiny", "run-v1");
        assertThat(files()).containsExactly("run-v1");
    }

    @Test
    void aServerThatDoesNotListTheAdapterHasNotLoadedIt() {
        String models = "{\"object\":\"list\",\"data\":[{\"id\":\"tiny\"}]}";
        try (ScriptedServer liar = ScriptedServer.start(
                        (request, client) -> client.respond("200 OK", "application/json", models));
                RemoteSampler to = RemoteSampler.of(RemoteOptions.of(liar.baseUrl(), "tiny", Dialect.vllm()))) {
            RemoteWeights weights = RemoteWeights.of(to, PushOptions.sameFolder(folder, "run"));
            assertThatThrownBy(() -> weights.push(policy))
                    .hasMessage(
                            "version 0 did not reach the server: the server says that it has loaded the adapter, but"
                                    + " does not list it; samples still come from tiny");
            assertThat(liar.requests())
                    .extracting(ScriptedServer.Request::path)
                    .containsExactly("/v1/models", "/v1/load_lora_adapter", "/v1/models");
            assertThat(liar.requests().get(1).body())
                    .isEqualTo("{\"lora_name\":\"run-v0\",\"lora_path\":\"" + folder.toAbsolutePath() + "/run-v0\"}");
        }
    }

    @Test
    void anEndlessListIsNotRead() {
        try (ScriptedServer endless = ScriptedServer.start(
                        (request, client) -> client.respond("200 OK", "application/json", " ".repeat(2000)));
                RemoteSampler to = RemoteSampler.of(RemoteOptions.of(endless.baseUrl(), "tiny", Dialect.vllm())
                        .withMaxResponseBytes(1000))) {
            RemoteWeights weights = RemoteWeights.of(to, PushOptions.sameFolder(folder, "run"));
            assertThatThrownBy(() -> weights.push(policy))
                    .hasMessage(
                            "version 0 did not reach the server: the server's answer is longer than the limit of 1000"
                                    + " bytes; samples still come from tiny");
        }
    }

    @Test
    void aServerThatHangsIsNotWaitedForForEver() {
        try (ScriptedServer mute = ScriptedServer.start((request, client) -> {
                    client.awaitEnd();
                    return false;
                });
                RemoteSampler to = RemoteSampler.of(
                        RemoteOptions.of(mute.baseUrl(), "tiny", Dialect.vllm()).withRetry(RetryOptions.NONE))) {
            RemoteWeights weights =
                    RemoteWeights.of(to, new PushOptions(folder, folder.toString(), "run", Duration.ofMillis(300)));
            assertThatThrownBy(() -> weights.push(policy))
                    .isInstanceOf(RemoteException.class)
                    .hasMessageMatching(
                            "version 0 did not reach the server: the server did not answer (in time|within PT0\\.3S)"
                                    + "; samples still come from tiny");
        }
    }

    @Test
    void aPolicyMustHaveAnAdapter() {
        RemoteWeights weights = RemoteWeights.of(sampler, PushOptions.sameFolder(folder, "run"));
        try (LanguageModel whole = TestModels.stories();
                Policy without = Policy.of(whole.weights(), Trainable.everything())) {
            assertThatThrownBy(() -> weights.push(without))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("policy was without an adapter, must train one to be pushed to a server; make it with"
                            + " Trainable.lora(...)");
        }
    }

    @Test
    void theServerLoadsFromItsFolderOnly() throws IOException {
        Path outside = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-outside"));
        Path inside = Files.createDirectories(folder.resolve("empty"));
        Files.createSymbolicLink(folder.resolve("link"), outside);
        for (String path : List.of("..", ".", outside.toString(), "link", "absent", "/etc")) {
            assertThat(load("a", path)).isEqualTo("lora_path must be a folder below the one that the server allows");
        }
        assertThat(load("a b", "empty")).isEqualTo("lora_name must be up to 128 letters, digits, dots, dashes");
        assertThat(load("a", "empty"))
                .startsWith("The adapter could not be loaded: ")
                .contains(inside.getFileName() + "");
        assertThat(load("tiny", "empty")).isEqualTo("The adapter 'tiny' is loaded already; unload it first");
        assertThat(error(post(server.baseUrl(), "/unload_lora_adapter", "{\"lora_name\":\"tiny\"}")
                        .body()))
                .isEqualTo("The adapter 'tiny' is not loaded");
        Files.delete(outside);
    }

    @Test
    void theServerLoadsNoMoreThanItMay() {
        PeftFolder.save(folder.resolve("x"), policy.adapter().orElseThrow(), policy.model(), "");
        URI at = server.baseUrl();
        for (String name : List.of("one", "two")) {
            assertThat(post(at, "/load_lora_adapter", "{\"lora_name\":\"" + name + "\",\"lora_path\":\"x\"}")
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(load("three", "x")).isEqualTo("There are 2 adapters loaded, which is the limit; unload one");
        assertThat(post(at, "/completions", "{\"model\":\"two\",\"prompt\":\"a\",\"max_tokens\":1}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(one().stopReason()).isNotEqualTo(StopReason.ERROR);
    }

    private String load(String name, String path) {
        return error(post(
                        server.baseUrl(),
                        "/load_lora_adapter",
                        "{\"lora_name\":\"" + name + "\",\"lora_path\":\"" + path + "\"}")
                .body());
    }

    private static String error(String body) {
        return json(body).get("error").get("message").asText();
    }
}
