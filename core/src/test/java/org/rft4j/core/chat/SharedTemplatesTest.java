package org.rft4j.core.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The templates of the checkpoints and tokenizers in the shared folder, read from their own files. */
final class SharedTemplatesTest {
    private static final JsonNode RENDERINGS = GoldenChats.json("shared_renderings.json");

    static Stream<String> folders() {
        return RENDERINGS.properties().stream().map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("folders")
    void rendersAsTransformersDoes(String name) {
        String shared = System.getProperty("rft4j.shared");
        assumeTrue(shared != null && Files.isDirectory(Path.of(shared, name)), "rft4j.shared has no " + name);
        ChatTemplate template = ChatTemplate.load(Path.of(shared, name));
        assertThat(RENDERINGS.get(name).size()).isPositive();
        RENDERINGS
                .get(name)
                .properties()
                .forEach(golden -> GoldenRenderingsTest.compare(template, golden.getKey(), golden.getValue()));
    }
}
