package org.rft4j.core.data.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.rows.Row;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.InvalidInputException;

/** What TRL's trainers make of the same records. */
class EncodedExamplesGoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ENOUGH = 1000;
    private static Tokenizer tokenizer;

    @BeforeAll
    static void load() throws URISyntaxException {
        tokenizer = Tokenizers.load(Path.of(EncodedExamplesGoldenTest.class
                .getResource("/models/stories260K")
                .toURI()));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    static Stream<JsonNode> cases() throws IOException {
        try (var in = EncodedExamplesGoldenTest.class.getResourceAsStream("/golden/data/encoded_examples.json")) {
            return StreamSupport.stream(JSON.readTree(in).spliterator(), false);
        }
    }

    @Test
    void thereAreCasesOfBothKinds() throws IOException {
        assertThat(cases().filter(golden -> golden.get("prefix").asBoolean())).hasSizeGreaterThan(10);
        assertThat(cases().filter(golden -> !golden.get("prefix").asBoolean())).hasSizeGreaterThan(3);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whereTokensDifferIsTrlsBoundary(JsonNode golden) {
        assertThat(told(golden, Boundary.WHERE_TOKENS_DIFFER)).isEqualTo(told(golden));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aPromptThatIsKeptIsTrainedAsTrlTrainsItUnlessTokensMerge(JsonNode golden) {
        if (golden.get("prefix").asBoolean()) {
            assertThat(told(golden, Boundary.PROMPT_KEPT)).isEqualTo(told(golden));
            return;
        }
        try {
            assertThat(told(golden, Boundary.PROMPT_KEPT)).isNotEqualTo(told(golden));
        } catch (InvalidInputException e) {
            assertThat(e)
                    .hasMessage("rendered conversation of example "
                            + golden.get("name").asText()
                            + ":1 was 'Tom.</s>' where the prompt alone has '<think>', must begin with the rendered"
                            + " prompt; set variables of the template such as enable_thinking, take a template that renders"
                            + " the prompt alike, begin the answer with the assistant's message, or train behind other tokens"
                            + " than the model is given when it is asked, with Boundary.WHERE_TOKENS_DIFFER");
        }
    }

    private static List<String> told(JsonNode golden) {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : golden.get("rows")) {
            rows.add(row.get("ids").toString().replace(",", ", ") + " "
                    + row.get("trained").asText());
        }
        return rows;
    }

    private static List<String> told(JsonNode golden, Boundary boundary) {
        JsonNode record = golden.get("record");
        Row row = new Row(
                golden.get("name").asText(), 1, JSON.convertValue(record, new TypeReference<Map<String, Object>>() {}));
        TrainedTokens trained = !golden.get("assistantOnly").asBoolean()
                ? TrainedTokens.ANSWER
                : record.has("messages") ? TrainedTokens.ASSISTANT : TrainedTokens.ASSISTANT_IN_ANSWER;
        JsonNode most = golden.get("maxLength");
        ExampleEncoder encoder = ExampleEncoder.of(
                tokenizer,
                Optional.of(golden.get("template"))
                        .filter(JsonNode::isTextual)
                        .map(template ->
                                ChatTemplate.of(template.asText()).withSpecialTokens(Map.of("eos_token", "</s>"))),
                EncodeOptions.of(most.isNull() ? ENOUGH : most.asInt(), OverLength.KEEP_START)
                        .training(trained)
                        .withBoundary(boundary));
        return encoded(encoder, row, record).stream()
                .map(EncodedExamplesGoldenTest::told)
                .toList();
    }

    private static List<EncodedExample> encoded(ExampleEncoder encoder, Row row, JsonNode record) {
        if (record.has("chosen")) {
            Preference pair = RowMapping.asIs().preferences().read(row);
            return encoder.encode(pair, pair.prompt(), List.of(pair.chosen(), pair.rejected()));
        }
        if (record.has("prompt")) {
            PromptCompletion one = RowMapping.asIs().promptCompletions().read(row);
            return encoder.encode(one, one.prompt(), List.of(one.completion()));
        }
        LanguageModeling one = RowMapping.asIs().languageModeling().read(row);
        return encoder.encode(one).stream().toList();
    }

    static String told(EncodedExample one) {
        StringBuilder text = new StringBuilder(java.util.Arrays.toString(one.ids())).append(' ');
        for (boolean trained : one.trained()) {
            text.append(trained ? '1' : '0');
        }
        return text.toString();
    }
}
