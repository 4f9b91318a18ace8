package org.rft4j.core.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.engine.InvalidInputException;

/** Where templates are found, and what broken files give. */
final class TemplateFilesTest {
    private static final Conversation HELLO = Conversation.of(ChatMessage.user("Hello"));

    @TempDir
    private Path folder;

    @Test
    void configsHaveOneTemplateOrSeveral() throws IOException {
        String tokens =
                "\"bos_token\": {\"content\": \"<s>\", \"special\": true}, \"eos_token\": \"</s>\", \"pad_token\": null,"
                        + " \"add_bos_token\": true, \"video_token\": \"<v>\", \"extra_special_tokens\": {\"image_token\": \"<i>\"}, ";
        String source =
                "{{ bos_token }}{{ eos_token }}{{ image_token }}{{ video_token }}{{ add_bos_token is defined }}{{ pad_token is defined }}";
        assertThat(fromJson("{" + tokens + "\"chat_template\": \"" + source + "\"}"))
                .isEqualTo("<s></s><i><v>FalseFalse");
        assertThat(fromJson("{" + tokens + "\"chat_template\": [{\"name\": \"default\", \"template\": \"" + source
                        + "\"}, {\"name\": \"x\", \"template\": \"\"}]}"))
                .isEqualTo("<s></s><i><v>FalseFalse");
        assertThatThrownBy(() -> fromJson("{}"))
                .hasMessage(
                        "chat template in tokenizer_config.json was absent, must be there; base models have none; pass one "
                                + "with ChatTemplate.of");
    }

    private static String fromJson(String config) throws IOException {
        return ChatTemplate.fromTokenizerConfig(new ObjectMapper().readTree(config))
                .renderText(HELLO, RenderOptions.TRAINING);
    }

    @Test
    void filesComeBeforeTheConfig() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": \"config {{ bos_token }}\"}");
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"bos_token\": \"<s>\"}");
        assertThat(ChatTemplate.load(folder).renderText(HELLO, RenderOptions.TRAINING))
                .isEqualTo("config <s>");
        Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": \"json\"}");
        assertThat(ChatTemplate.load(folder).renderText(HELLO, RenderOptions.TRAINING))
                .isEqualTo("json");
        Files.writeString(folder.resolve("chat_template.jinja"), "file\n");
        Files.writeString(
                Files.createDirectory(folder.resolve("additional_chat_templates"))
                        .resolve("rag.jinja"),
                "rag");
        ChatTemplate template = ChatTemplate.load(folder);
        assertThat(template.renderText(HELLO, RenderOptions.TRAINING)).isEqualTo("file");
        assertThat(template.renderText(HELLO, RenderOptions.TRAINING.withTemplate("rag")))
                .isEqualTo("rag");
    }

    @Test
    void baseModelsHaveNone() throws IOException {
        assertThat(ChatTemplate.find(folder)).isEmpty();
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\"}");
        assertThat(ChatTemplate.find(folder)).isEmpty();
        assertThatThrownBy(() -> ChatTemplate.load(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("chat template in " + folder
                        + " was absent, must be there; base models have none; pass one with ChatTemplate.of");
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ bos_token }}");
        assertThat(ChatTemplate.find(folder).orElseThrow().renderText(HELLO, RenderOptions.TRAINING))
                .isEqualTo("<s>");
    }

    @Test
    void brokenFilesAreNamed() throws IOException {
        Path config = folder.resolve("tokenizer_config.json");
        Files.writeString(config, "{\"chat_template\": \"a\", \"chat_template\": \"b\"}");
        assertThatThrownBy(() -> ChatTemplate.load(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(config.toString(), "Duplicate", "chat_template");
        Files.delete(config);
        Path template = folder.resolve("chat_template.jinja");
        Files.write(template, new byte[] {(byte) 0xFF});
        assertThatThrownBy(() -> ChatTemplate.load(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(template + ": template was not text, must be UTF-8; download it again");
    }
}
