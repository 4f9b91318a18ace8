package org.rft4j.examples.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;

class StoryClientTest {
    @Test
    void anAnswerIsTextAndVersionAndARefusalAnError() throws IOException {
        assertThat(answerTo(200, "{\"choices\": [{\"text\": \" a dog\"}], \"policy_version\": 3}"))
                .isEqualTo(new StoryClient.Story(" a dog", 3));
        assertThatThrownBy(() -> answerTo(404, "{\"error\": {\"message\": \"no such model\"}}"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("status 404: {\"error\": {\"message\": \"no such model\"}}");
    }

    @Test
    void aDogIsNamedOnce() throws Exception {
        assertThat(reward(" dog named Max. He ran")).isEqualTo(1);
        assertThat(reward(" dog. The dog ran")).isEqualTo(0);
        assertThat(reward(" doggy named Max")).isEqualTo(0);
    }

    private static double reward(String story) throws Exception {
        return DogStories.DOG
                .score(RewardSample.of(TaskRecord.of("once", "Once there was a"), story))
                .value();
    }

    private static StoryClient.Story answerTo(int status, String body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext("/v1/completions", exchange -> {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
            return new StoryClient(address, "story-teller").goOn("Once", 8, 1);
        } finally {
            server.stop(0);
        }
    }
}
