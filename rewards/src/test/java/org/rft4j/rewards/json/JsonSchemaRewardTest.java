package org.rft4j.rewards.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.SelfCheckReport;
import org.rft4j.rewards.structured.AnswerPart;

class JsonSchemaRewardTest {
    private static final double EXACT = 1e-12;
    private static final JsonNode SCHEMA = json("""
            {"type": "object", "required": ["name", "age", "tags"], "properties": {
              "name": {"type": "string", "minLength": 1}, "age": {"type": "integer", "minimum": 0},
              "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": true}}}""");
    private static final String GOOD = "{\"name\": \"Ann\", \"age\": 3, \"tags\": [\"a\", \"b\"]}";
    private static final TaskRecord TASK = TaskRecord.of("t", "?");
    private static final JsonSchemaReward ALL = JsonSchemaReward.fixed(SCHEMA);
    private static final JsonSchemaReward PARTLY = JsonSchemaReward.fixed(
            SCHEMA,
            new AnswerPart.InTag("answer"),
            JsonSchemaReward.Options.DEFAULT.withCredit(JsonSchemaReward.Credit.BY_FAULTS));

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Score all(String completion) {
        return ALL.score(RewardSample.of(TASK, completion));
    }

    private static double partly(String answer) {
        return PARTLY.score(RewardSample.of(TASK, "So <answer>" + answer + "</answer>"))
                .value();
    }

    private static String said(String completion) {
        return String.join(
                "\n", all(completion).feedback().stream().map(Feedback::text).toList());
    }

    @Test
    void answersThatKeepTheSchemaEarn() {
        assertThat(all(GOOD).value()).isEqualTo(1);
        assertThat(all("Here it is:\n```json\n" + GOOD + "\n```\nDone.").value())
                .isEqualTo(1);
        assertThat(all("```\n" + GOOD + "\n```\n```python\nx = 1\n```").value()).isEqualTo(1);
        assertThat(all("```python\n" + GOOD + "\n```").value())
                .as("a block of another language is no answer")
                .isZero();
        assertThat(all("Here it is: " + GOOD).value()).isZero();
    }

    @Test
    void feedbackNamesPlaceAndRule() {
        assertThat(said("{\"name\": \"\", \"age\": -1, \"tags\": [\"a\", \"c\", \"a\"]}"))
                .contains("At /name (rule 'minLength'): ")
                .contains("At /age (rule 'minimum'): ")
                .contains("At /tags/1 (rule 'enum'): ")
                .contains("At /tags (rule 'uniqueItems'): ");
        assertThat(said("{\"name\": \"Ann\"}")).startsWith("At the top (rule 'required'): ");
        assertThat(said("```python\nx\n```")).isEqualTo("There is no JSON in the expected place");
        assertThat(said("{\n  \"name\": oops}"))
                .isEqualTo("The answer is not JSON: Unrecognized token 'oops' at line 2, column 11");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\": \"Ann\", \"age\": 3, \"tags\": []}| 1",
                "{\"name\": \"Ann\", \"age\": 3.0, \"tags\": []}| 1",
                "{\"name\": \"Ann\", \"age\": 3.5, \"tags\": []}| .5",
                "{\"name\": \"Ann\", \"age\": -3, \"tags\": [1]}| .33333333333333",
                "{\"name\": \"Ann\"}| .33333333333333",
                "{}| .25",
                "[]| .5",
                "{\"name\"| 0"
            })
    void faultsAreCountedAndEachMissingFieldIsOne(String answer, double expected) {
        assertThat(partly(answer)).isEqualTo(expected, within(EXACT));
    }

    @Test
    void eachTaskMayBringItsSchema() {
        JsonSchemaReward reward = JsonSchemaReward.inColumn("schema");
        assertThat(reward.score(RewardSample.of(TASK.with("schema", Map.of("type", "integer")), "7"))
                        .value())
                .isEqualTo(1);
        assertThat(reward.score(RewardSample.of(TASK.with("schema", "{\"type\": \"string\"}"), "7"))
                        .value())
                .isZero();
        assertThatThrownBy(() -> reward.score(RewardSample.of(TASK.with("schema", "{\"type\""), "7")))
                .hasMessageStartingWith("column 'schema' of task t was {\"type\", must be JSON: ");
        assertThatThrownBy(() -> reward.score(RewardSample.of(TASK.with("schema", Map.of("type", "numbr")), "7")))
                .hasMessageStartingWith("schema of task t was {\"type\":\"numbr\"}, must be a JSON schema");
    }

    @Test
    void referencesWithinTheSchemaAreFollowedAndOthersNot() {
        JsonSchemaReward tree =
                JsonSchemaReward.fixed(json("{\"type\": \"object\", \"additionalProperties\": {\"$ref\": \"#\"}}"));
        assertThat(tree.score(RewardSample.of(TASK, "{\"a\": {\"b\": {}}}")).value())
                .isEqualTo(1);
        assertThat(tree.score(RewardSample.of(TASK, "{\"a\": {\"b\": 1}}"))
                        .feedback()
                        .get(0)
                        .text())
                .startsWith("At /a/b (rule 'type')");
        JsonSchemaReward remote = JsonSchemaReward.fixed(json("{\"$ref\": \"http://localhost:1/schema.json\"}"));
        Score score = remote.score(RewardSample.of(TASK, "{}"));
        assertThat(score.value()).isZero();
        assertThat(score.feedback().get(0).text()).contains("http://localhost:1/schema.json");
    }

    @Test
    void hostileAnswersAreRefusedAtOnce() {
        String deep = "[".repeat(40_000) + "]".repeat(40_000);
        String wide = "[" + "0,".repeat(40_000) + "0]";
        String digits = "9".repeat(50_000);
        assertThat(List.of(
                        said("[".repeat(60_000)),
                        said(deep),
                        said(wide),
                        said(digits),
                        said("1e999999999"),
                        said("{\"name\": 1, \"name\": 2}"),
                        said(GOOD + GOOD),
                        said("NaN"),
                        said("\"" + "x".repeat(200_000) + "\"")))
                .satisfiesExactly(
                        text -> assertThat(text).endsWith("it has levels, or digits of a number, beyond the limits"),
                        text -> assertThat(text).endsWith("it has levels, or digits of a number, beyond the limits"),
                        text -> assertThat(text).endsWith("it has more than 10000 values"),
                        text -> assertThat(text).endsWith("it has levels, or digits of a number, beyond the limits"),
                        text -> assertThat(text).endsWith("a number in it is too large"),
                        text -> assertThat(text).contains("Duplicate field 'name'"),
                        text -> assertThat(text).contains("The answer is not JSON: Trailing token"),
                        text -> assertThat(text).contains("The answer is not JSON: "),
                        text -> assertThat(text).endsWith("it has 200002 characters, more than 100000"));
    }

    @Test
    void manyValuesThatMustDifferTakeNoTime() {
        StringBuilder many = new StringBuilder("{\"name\": \"a\", \"age\": 1, \"tags\": [");
        for (int i = 0; i < 9_000; i++) {
            many.append('"').append(i).append("\",");
        }
        String answer = many.append("0]}").toString();
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThat(all(answer).value()).isZero());
    }

    @Test
    void theRewardChecksItself() {
        JsonSchemaReward reward = JsonSchemaReward.fixed(
                SCHEMA, new AnswerPart.InTag("answer"), JsonSchemaReward.Options.DEFAULT.checkedBy("good"));
        SelfCheck.run(reward, TASK.with("good", GOOD)).requirePassed();
        SelfCheckReport report = SelfCheck.run(reward, TASK.with("good", Map.of("name", "Ann")));
        assertThat(report.failures().get(0).what()).startsWith("a right completion scored 0.0");
        assertThat(SelfCheck.run(ALL, TASK).unchecked()).isEqualTo(1);
    }
}
