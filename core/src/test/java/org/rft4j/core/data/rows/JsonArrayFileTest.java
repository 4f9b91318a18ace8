package org.rft4j.core.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonArrayFileTest {
    @TempDir
    private Path folder;

    @Test
    void anArrayIsReadElementByElement() throws IOException {
        String content = "\uFEFF[{\"a\": 1},\n 5,\n[{}], {\"a\":\n 2}]\n";
        assertThat(RowFiles.texts(file(content.getBytes(StandardCharsets.UTF_8))))
                .containsExactly(
                        "1 {a=1}",
                        "a.json:2:2: was '5', must be a JSON object",
                        "a.json:3:1: was '[', must be a JSON object",
                        "4 {a=2}");
        assertThat(RowFiles.texts(file(RowFiles.gzip("[{\"a\": 1}]".getBytes(StandardCharsets.UTF_8)))))
                .containsExactly("1 {a=1}");
        assertThat(RowFiles.texts(file(new byte[] {'[', ']'}))).isEmpty();
    }

    @Test
    void brokenSyntaxEndsIt() throws IOException {
        assertBroken("{\"a\": 1}\n{\"a\": 2}", "a.json:1:1: was no array, ");
        assertBroken("[{\"a\": 1},\n{\"a\" 2}]", "a.json:2:6: was not read (");
        assertBroken("[{\"a\": 1},\n{\"a\": 1, \"a\": 2}]", "a.json:2:13: was not read (Duplicate field 'a'), ");
        assertBroken("[{\"a\": 1}\n", "a.json:");
        assertBroken("[{\"a\": 1}] x", "a.json:1:");
        assertBroken("[{\"a\": 1}] []", "a.json:1:12: was more text after the array, ");
        assertBroken("", "a.json:1:1: was no array, ");
    }

    @Test
    void bytesThatAreNoTextEndIt() throws IOException {
        byte[] bytes = "[{\"a\": \"x\"}]".getBytes(StandardCharsets.UTF_8);
        bytes[8] = (byte) 0xC0;
        JsonArrayFile file = file(bytes);
        assertThatThrownBy(() -> RowFiles.all(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("was not UTF-8 behind this place");
    }

    private void assertBroken(String content, String message) throws IOException {
        JsonArrayFile file = file(content.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> RowFiles.all(file))
                .as(content)
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(message)
                .hasMessageEndingWith(
                        "must be a JSON array of objects; restore the file, or read it as JSONL if it has an"
                                + " object per line");
    }

    private JsonArrayFile file(byte[] content) throws IOException {
        return JsonArrayFile.of(RowFiles.write(folder, "a.json", content));
    }
}
