package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.engine.EngineException;

final class TokenizerSaveTest {
    @TempDir
    Path folder;

    @Test
    void anotherModelsFilesDoNotBecomeActive() throws IOException {
        Path templates = Files.createDirectories(folder.resolve("additional_chat_templates"));
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 145}");
        Files.writeString(templates.resolve("tool_use.jinja"), "old");
        for (String name :
                List.of("chat_template.jinja", "added_tokens.json", "special_tokens_map.json", "merges.txt")) {
            Files.writeString(folder.resolve(name), "old");
        }
        Files.writeString(folder.resolve("config.json"), "{}");
        try (Tokenizer bytes = Tokenizers.bytes()) {
            bytes.save(folder);
        }
        assertThat(folder).isDirectoryNotContaining("glob:**{generation,template.jinja,added,map,merges,part}*");
        assertThat(templates).isEmptyDirectory();
        assertThat(folder.resolve("config.json")).as("the model's").exists();
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            assertThat(tokenizer.specialTokens().eosIds()).containsExactly(257L);
        }
    }

    @Test
    void furtherChatTemplatesAreKept() throws IOException {
        try (Tokenizer bytes = Tokenizers.bytes()) {
            bytes.save(folder);
        }
        Path templates = Files.createDirectories(folder.resolve("additional_chat_templates"));
        Files.writeString(templates.resolve("rag.jinja"), "{{ documents }}");
        Path saved = folder.resolve("saved");
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            tokenizer.save(saved);
        }
        assertThat(saved.resolve("additional_chat_templates/rag.jinja")).hasContent("{{ documents }}");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        try (Tokenizer bytes = Tokenizers.bytes()) {
            assertThatThrownBy(() -> bytes.save(file))
                    .isInstanceOf(EngineException.class)
                    .hasMessageStartingWith("Could not write " + file + ": ")
                    .hasMessageEndingWith("; check space and permissions");
        }
    }
}
