package org.rft4j.core.tokenizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** The tokenizers that tests use: those among the test resources, and the real ones of the shared folder. */
final class TokenizerFolders {
    private static final String SHARED = System.getProperty("rft4j.shared", "");

    private TokenizerFolders() {}

    static Stream<String> names() {
        return Stream.of(
                "stories260K",
                "bytes",
                "characters",
                "added_tokens",
                "stories15M",
                "minimind2-small",
                "gpt2",
                "llama3_2",
                "qwen2_5",
                "qwen3");
    }

    /** The folder of a tokenizer; the test says skipped if it is a shared one and absent. */
    static Path folder(String name) {
        return switch (name) {
            case "stories260K" -> resource("/models/stories260K");
            case "bytes", "characters", "added_tokens" -> resource("/golden/tokenizers/" + name);
            case "stories15M", "minimind2-small" -> shared("models/" + name);
            default -> shared("tokenizers/" + name);
        };
    }

    static Tokenizer load(String name) {
        return Tokenizers.load(folder(name));
    }

    static Path resource(String name) {
        URL url = Objects.requireNonNull(TokenizerFolders.class.getResource(name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path shared(String name) {
        Path folder = Path.of(SHARED, name);
        assumeTrue(!SHARED.isEmpty() && Files.isDirectory(folder), folder + " does not exist");
        return folder;
    }
}
