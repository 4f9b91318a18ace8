package org.rft4j.core.tokenizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
                "characters_unk",
                "stories260K-not-legacy",
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
            case "stories260K-not-legacy" ->
                edited("stories260K", TokenizerFiles.TOKENIZER_CONFIG, "\"legacy\": true", "\"legacy\": false");
            case "bytes", "characters", "characters_unk", "added_tokens" -> resource("/golden/tokenizers/" + name);
            case "stories15M", "minimind2-small" -> shared("models/" + name);
            default -> shared("tokenizers/" + name);
        };
    }

    static Tokenizer load(String name) {
        return Tokenizers.load(folder(name));
    }

    /** A copy of a tokenizer's folder, in the build folder, with one text in one file replaced. */
    static Path edited(String name, String file, String text, String replacement) {
        try {
            Path target =
                    Path.of("target", "test-tokenizers", name + "-" + Integer.toHexString(replacement.hashCode()));
            Files.createDirectories(target);
            try (Stream<Path> files = Files.list(folder(name))) {
                for (Path original : files.toList()) {
                    Files.copy(original, target.resolve(original.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            String content = Files.readString(target.resolve(file));
            if (!content.contains(text)) {
                throw new IllegalArgumentException(file + " of " + name + " does not contain " + text);
            }
            Files.writeString(target.resolve(file), content.replace(text, replacement));
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
