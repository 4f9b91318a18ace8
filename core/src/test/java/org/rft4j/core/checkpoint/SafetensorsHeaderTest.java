package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule of the format, broken alone. */
class SafetensorsHeaderTest {
    private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{A | header was not read: | must be JSON",
                "[] | header: content was [ | must be an object",
                "{A} x | header was not read | must be JSON",
                "{A}[] | text after the object was [ | must be white space",
                "{A,A} | Duplicate | must be JSON",
                "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}} | Duplicate | must be JSON",
                "{\"a\":[]} | tensor a was [ | must be an object",
                "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}} | dtype of tensor a was missing | must be given",
                "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}} | shape of tensor a was missing | must be given",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | data_offsets of tensor a was missing | must be given",
                "{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}} | dtype of tensor a was F31 | type of the",
                "{\"a\":{\"dtype\":\"Q4_0\",\"shape\":[32],\"data_offsets\":[0,8]}} | dtype of tensor a was Q4_0 | type of",
                "{\"a\":{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}} | dtype of tensor a was 32 | must be a string",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}} | shape of tensor a was 2 | must be an array",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | shape of tensor a was -2 | negative",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | shape of tensor a was 2.0 | whole",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}} | out of range | JSON",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}} | shape of | 2^63",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2305843009213693952],\"data_offsets\":[0,8]}} | shape of | 2^63",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2]}} | shape of tensor a | at most 16",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}} | data_offsets of tensor a was [0] | begin",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4,8]}} | data_offsets of tensor a | at most 2",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | was [8, 0] | must not end before",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | was [0, 4] | must span the 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}} | was [0, 12] | within the 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | begin of tensor a was 4 | must be 0, where",
                "{A,\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | begin of tensor b was 4 | an overlap",
                "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | size was | where tensor b ends",
                "{\"__metadata__\":{\"x\":1},A} | __metadata__.x was 1 | must be a string",
                "{\"__metadata__\":\"x\",A} | __metadata__ was x | must be an object",
                "{\"x\":[[[[[[[[[[[[1]]]]]]]]]]]]} | tensor x was [ | must be an object",
                "{\"a\":{\"x\":[[[[[[[[[[[[1]]]]]]]]]]]]}} | nesting depth | must be JSON",
            })
    void says(String header, String problem, String rule) {
        Path file = write(TestFiles.safetensors(header.replace("A", A), 8));
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(file.toString(), problem, rule);
    }

    @Test
    void paddingAndUnknownFieldsAndAnyOrderAreFine() {
        String b = "\"b\":{\"data_offsets\":[8,9],\"shape\":[1],\"dtype\":\"U8\",\"later\":{\"x\":[1,null]}}";
        String empty = "\"e\":{\"dtype\":\"F32\",\"shape\":[0,5],\"data_offsets\":[8,8]}";
        Path path = write(TestFiles.safetensors("{" + b + "," + empty + "," + A + "}  \n ", 9));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.names()).containsExactly("b", "e", "a");
            assertThat(file.metadata()).isEmpty();
        }
        try (SafetensorsFile file = SafetensorsFile.open(write(TestFiles.safetensors("{}", 0)))) {
            assertThat(file.names()).isEmpty();
        }
    }

    @Test
    void lengthsAreChecked() {
        assertRefused(new byte[7], "size was 7", "at least 8 bytes");
        assertRefused(length(-1), "header length was 18446744073709551615", "at most 100000000");
        assertRefused(length(100_000_001), "header length was 100000001", "is it a safetensors file?");
        assertRefused(length(3), "header length was 3", "must fit the file's 10 bytes", "cut off");
        assertRefused(TestFiles.safetensors("", 0), "content was null", "must be an object");
    }

    @Test
    void onlyUtf8IsText() {
        assertRefused(
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(4)
                        .put(new byte[] {'{', '"', (byte) 0xFF, '"'})
                        .array(),
                "header was not text",
                "JSON in UTF-8");
        byte[] wide = "{}".getBytes(StandardCharsets.UTF_16LE);
        assertRefused(
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(4)
                        .put(wide)
                        .array(),
                "header was not read",
                "must be JSON");
    }

    private static byte[] length(long length) {
        return ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
    }

    private void assertRefused(byte[] content, String... parts) {
        Path file = write(content);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(parts);
    }

    private Path write(byte[] content) {
        return TestFiles.write(folder.resolve("f.safetensors"), content);
    }
}
