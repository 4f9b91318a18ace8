package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything is what transformers' AutoTokenizer says; the values are made by {@code src/test/golden/tokenizers.py}. */
final class GoldenTokenizersTest {
    private static final int TEXTS_AT_LEAST = 40;
    private static final int SEQUENCES = 16;

    static Stream<String> names() {
        return TokenizerFolders.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyTextAndSequence(String name) throws IOException {
        try (Tokenizer tokenizer = TokenizerFolders.load(name)) {
            JsonNode golden = golden(name);
            assertThat(golden.path("cases").size()).isGreaterThan(TEXTS_AT_LEAST);
            assertThat(golden.path("sequences").size()).isEqualTo(SEQUENCES);
            assertThat(tokenizer.vocabularySize())
                    .isEqualTo(golden.path("length").asInt());
            checkSpecial(tokenizer.specialTokens(), golden.path("special"));
            golden.path("cases").forEach(text -> checkText(tokenizer, text));
            golden.path("sequences").forEach(sequence -> checkDecoded(tokenizer, sequence));
        }
    }

    private static void checkText(Tokenizer tokenizer, JsonNode golden) {
        String text = golden.path("text").asText();
        Encoding encoding = tokenizer.encode(text, true);
        assertThat(encoding.ids()).as(text).containsExactly(ids(golden.path("ids")));
        assertThat(tokenizer.encode(text, false).ids()).as(text).containsExactly(ids(golden.path("plain_ids")));
        assertThat(encoding.size()).isEqualTo(golden.path("spans").size());
        for (int i = 0; i < encoding.size(); i++) {
            int start = golden.path("spans").get(i).get(0).asInt();
            int end = golden.path("spans").get(i).get(1).asInt();
            CharSpan span = encoding.offsets().charsOf(i);
            if (start == 0 && end == 0) {
                assertThat(span.length()).as(text + ", token " + i).isZero();
            } else {
                assertThat(span)
                        .as(text + ", token " + i)
                        .isEqualTo(new CharSpan(text.offsetByCodePoints(0, start), text.offsetByCodePoints(0, end)));
            }
        }
        checkDecoded(tokenizer, golden);
    }

    private static void checkDecoded(Tokenizer tokenizer, JsonNode golden) {
        long[] ids = ids(golden.path("ids"));
        String text = golden.path("decoded").asText();
        String withoutSpecial = golden.path("decoded_without_special").asText();
        assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
        assertThat(tokenizer.decode(ids, true)).isEqualTo(withoutSpecial);
        assertThat(tokenizer.offsetsOf(ids, false).text()).isEqualTo(text);
        assertThat(tokenizer.offsetsOf(ids, true).text()).isEqualTo(withoutSpecial);
    }

    private static void checkSpecial(SpecialTokens special, JsonNode golden) {
        assertThat(id(special.bos())).isEqualTo(id(golden.path("bos")));
        assertThat(id(special.eos())).isEqualTo(id(golden.path("eos")));
        assertThat(id(special.pad())).isEqualTo(id(golden.path("pad")));
        assertThat(id(special.unk())).isEqualTo(id(golden.path("unk")));
    }

    private static Optional<Long> id(Optional<SpecialToken> token) {
        return token.map(SpecialToken::id);
    }

    private static Optional<Long> id(JsonNode golden) {
        return golden.isNull() ? Optional.empty() : Optional.of(golden.asLong());
    }

    private static long[] ids(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    private static JsonNode golden(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(TokenizerFolders.resource("/golden/tokenizers/" + name + ".json"));
        return TokenizerFiles.parse(name, bytes);
    }
}
