package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON files are objects that everyone reads in the same way, or are refused. */
class JsonDocumentsTest {
    @TempDir
    private Path folder;

    @Test
    void readsWhatItWrites() {
        ObjectNode content = read("{\"a\": [1, 2.5, true, null, {\"b\": \"\u00df\"}], \"c\": {}} \n");
        assertThat(content.toString()).isEqualTo("{\"a\":[1,2.5,true,null,{\"b\":\"\u00df\"}],\"c\":{}}");
        Path file = folder.resolve("copy.json");
        JsonDocuments.write(file, content);
        assertThat(JsonDocuments.read(file)).isEqualTo(content);
    }

    @Test
    void refusesWhatReadersDisagreeOn() {
        assertRefused("{\"a\": 1, \"a\": 2}", "content was not read: Duplicate field 'a'");
        assertRefused("{\"b\": {\"a\": 1, \"a\": 2}}", "content was not read: Duplicate field 'a'");
        assertRefused("{\"a\": 1} {\"a\": 2}", "content: text after the object was {, must be white space");
        assertRefused("{\"a\": 1}x", "content was not read: Unrecognized token");
    }

    @Test
    void refusesWhatIsNoObject() {
        assertRefused("[1]", "content was no JSON object, must be one; copy the file again");
        assertRefused("", "content was not read: No content");
        assertRefused("{\"a\": ", "content was not read: Unexpected end");
        assertRefused("{\"a\": " + "[".repeat(100) + "]".repeat(100) + "}", "nesting depth (65) exceeds");
        Path file = TestFiles.write(folder.resolve("f.json"), new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'});
        assertThatThrownBy(() -> JsonDocuments.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file + ": content was not text, must be JSON in UTF-8; restore or download it again");
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> JsonDocuments.read(missing))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(missing + ": file was missing, must exist; check the path");
    }

    private ObjectNode read(String content) {
        return JsonDocuments.read(TestFiles.write(folder.resolve("f.json"), content.getBytes(StandardCharsets.UTF_8)));
    }

    private void assertRefused(String content, String problem) {
        assertThatThrownBy(() -> read(content))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(problem);
    }
}
