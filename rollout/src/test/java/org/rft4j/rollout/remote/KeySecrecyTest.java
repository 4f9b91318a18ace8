package org.rft4j.rollout.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.rft4j.rollout.remote.Answers.GOOD;
import static org.rft4j.rollout.remote.Answers.JSON;
import static org.rft4j.rollout.remote.Answers.OK;
import static org.rft4j.rollout.remote.Answers.options;
import static org.rft4j.rollout.remote.Answers.piece;
import static org.rft4j.rollout.remote.Answers.request;
import static org.rft4j.rollout.remote.Answers.streamHead;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.rollout.server.PolicyServer;
import org.rft4j.rollout.server.ServedPolicy;
import org.rft4j.rollout.server.ServerOptions;
import org.rft4j.rollout.testing.FakeSampler;
import org.rft4j.rollout.testing.ScriptedServer;
import org.rft4j.rollout.testing.TestModels;
import org.slf4j.LoggerFactory;

/** Whatever a server does with a key, it stands in no log, no error and no exception; everything of ours is logged here. */
@Timeout(120)
class KeySecrecyTest {
    private static final String KEY = "sk-verysecret";

    @TempDir
    private Path folder;

    private final Logger ours = (Logger) LoggerFactory.getLogger("org.rft4j");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private @Nullable Level level;

    @BeforeEach
    void listen() {
        level = ours.getLevel();
        ours.setLevel(Level.TRACE);
        ours.setAdditive(false); // nobody has to read it all
        log.start();
        ours.addAppender(log);
    }

    @AfterEach
    void leave() {
        ours.detachAppender(log);
        ours.setLevel(level);
        ours.setAdditive(true);
    }

    private String logged() {
        StringBuilder all = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            all.append(event.getFormattedMessage()).append('\n');
            if (event.getThrowableProxy() != null) {
                all.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        return all.toString();
    }

    private static RemoteOptions keyed(URI server) {
        return options(server).withApiKey(ApiKey.of(KEY));
    }

    static Stream<Arguments> echoes() {
        return Stream.of(
                Arguments.of(OK, JSON, GOOD.replace("\"tiny\"", "\"" + KEY + "\""), "answered with another model, ***"),
                Arguments.of(OK, JSON, GOOD.replace("\"stop\"", "\"" + KEY + "\""), "for a reason of its own, ***"),
                Arguments.of(OK, JSON, "key " + KEY, "what is not JSON: key ***"),
                Arguments.of(OK, JSON, "{\"error\":{\"message\":\"" + KEY + "\"}}", "reported an error: ***"),
                Arguments.of(OK, "text/" + KEY, KEY, "sent text/*** instead of application/json: ***"),
                Arguments.of("401 No", JSON, "{\"detail\":\"key " + KEY + "\"}", "status 401: key ***"),
                Arguments.of("500 Oops", "text/html", "<b>Bearer " + KEY + "</b>", "status 500: <b>Bearer ***</b>"));
    }

    @ParameterizedTest
    @MethodSource("echoes")
    void aServerMayRepeatIt(String status, String type, String body, String error) {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> client.respond(status, type, body));
                RemoteSampler sampler = RemoteSampler.of(keyed(server.baseUrl()))) {
            Sample sample = sampler.sample(List.of(request(0))).get(0);
            assertThat(server.requests().get(0).head()).contains("Authorization: Bearer " + KEY);
            assertThat(sample.stopReason()).isEqualTo(StopReason.ERROR);
            assertThat(sample.error())
                    .hasValueSatisfying(text -> assertThat(text).contains(error).doesNotContain(KEY));
            assertThat(sample.toString()).doesNotContain(KEY);
        }
        assertThat(logged()).doesNotContain(KEY);
    }

    @Test
    void aStreamMayRepeatIt() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
                    client.send(streamHead() + piece("h", 104, "-0.5", "\"" + KEY + "\"") + "data: [DONE]\n\n");
                    return false;
                });
                RemoteSampler sampler = RemoteSampler.of(keyed(server.baseUrl()).withStreaming())) {
            assertThat(sampler.sample(List.of(request(0))).get(0).error())
                    .contains("the server ended the answer for a reason of its own, ***");
        }
        assertThat(logged()).doesNotContain(KEY);
    }

    @Test
    void aPushThatFailsIsSilentToo() {
        try (ScriptedServer server = ScriptedServer.start(
                        (request, client) -> client.respond("403 No", JSON, "{\"error\":\"not with " + KEY + "\"}"));
                LanguageModel model = TestModels.stories();
                Policy policy =
                        Policy.of(model.weights(), Trainable.lora(LoraConfig.of(2, 4, LoraTargets.allLinear())));
                RemoteSampler sampler = RemoteSampler.of(keyed(server.baseUrl()))) {
            RemoteWeights weights = RemoteWeights.of(sampler, PushOptions.sameFolder(folder, "run"));
            Throwable thrown = Objects.requireNonNull(catchThrowable(() -> weights.push(policy)));
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).contains("not with ***").doesNotContain(KEY);
        }
        assertThat(logged()).doesNotContain(KEY);
    }

    @Test
    void optionsDoNotShowIt() {
        RemoteOptions options = keyed(URI.create("http://127.0.0.1:9/v1"));
        assertThat(options.toString()).contains("***").doesNotContain(KEY);
        assertThat(ServerOptions.DEFAULT.withApiKey(ApiKey.of(KEY)).toString())
                .contains("***")
                .doesNotContain(KEY);
    }

    /** That the log is heard at all shows in what the server says of a request that breaks it. */
    @Test
    void ourServerKeepsItToo() {
        try (FakeSampler sampler = FakeSampler.writing();
                PolicyServer server = PolicyServer.start(
                        new ServedPolicy("tiny", sampler, sampler.tokenizer(), List.of(257L)),
                        ServerOptions.DEFAULT.withApiKey(ApiKey.of("another-key")));
                RemoteSampler remote = RemoteSampler.of(keyed(server.baseUrl()))) {
            assertThat(remote.sample(List.of(request(0))).get(0).error())
                    .contains("the server answered with status 401: The API key is missing or wrong");
        }
        LoggerFactory.getLogger(KeySecrecyTest.class).debug("heard");
        assertThat(logged()).contains("heard").doesNotContain(KEY).doesNotContain("another-key");
    }
}
