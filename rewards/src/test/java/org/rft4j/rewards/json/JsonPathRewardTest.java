package org.rft4j.rewards.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.structured.AnswerPart;

class JsonPathRewardTest {
    private static final String STORE = """
            {"store": {"book": [{"title": "Sayings", "price": 8.95}, {"title": "Sword", "price": 12.99, "isbn": "0-553"}],
             "a b": {"it's": 1}, "bicycle": {"price": 19.95, "~/": true}}}""";

    private static String select(String path, String document) throws Exception {
        List<JsonPath.Found> found =
                JsonPath.of(path).select(new ObjectMapper().readTree(document)).orElseThrow();
        return String.join(
                " ", found.stream().map(f -> f.pointer() + "=" + f.value()).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$.store.book[0].title| /store/book/0/title=\"Sayings\"",
                "$['store'][\"book\"][-1]['price']| /store/book/1/price=12.99",
                "$.store.book[*].price| /store/book/0/price=8.95 /store/book/1/price=12.99",
                "$..price| /store/bicycle/price=19.95 /store/book/0/price=8.95 /store/book/1/price=12.99",
                "$..[1].isbn| /store/book/1/isbn=\"0-553\"",
                "$.store['a b']['it\\'s']| /store/a b/it's=1",
                "$..['~/']| /store/bicycle/~0~1=true",
                "$.store.book[2]| ``",
                "$.store.book[-3]| ``",
                "$.store.book.title| ``",
                "$.store[0]| ``",
                "$.store.bicycle.*| /store/bicycle/price=19.95 /store/bicycle/~0~1=true"
            })
    void pathsSelect(String path, String expected) throws Exception {
        assertThat(select(path, STORE)).isEqualTo(expected);
    }

    @Test
    void theWholeIsAPath() throws Exception {
        assertThat(select("$", "[1]")).isEqualTo("=[1]");
        assertThat(select("$..*", "[[1],2]")).isEqualTo("/0=[1] /1=2 /0/0=1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "store| must have '$' at its beginning at character 1",
                "$store| must have '.' or '[' at character 2",
                "$.| must have '*' or a name at character 3",
                "$.1a| must have '*' or a name at character 3",
                "$[1:2]| must have ']' at character 4",
                "$[?@.a]| must have '*', a quoted name or an index at character 3",
                "$['a| must have a quote that ends the name at character 5",
                "$[0| must have ']' at character 4",
                "$[99999999999]| must have '*', a quoted name or an index at character 3",
                "$...a| must have '*' or a name at character 4"
            })
    void whatIsNoPathIsRefused(String path, String rule) {
        assertThatThrownBy(() -> JsonPath.of(path))
                .hasMessageStartingWith("JSON path was '" + path + "', ")
                .hasMessageContaining(rule);
    }

    private static final TaskRecord TASK = TaskRecord.of("t", "?")
            .with(
                    "gold",
                    Map.of("name", "Ann", "age", 3, "pets", List.of(Map.of("kind", "cat"), Map.of("kind", "dog"))));
    private static final JsonPathReward REWARD =
            JsonPathReward.of("gold", "$.name", "$.age", "$.pets[*].kind", "$.none");
    private static final String GOOD =
            "{\"more\": 1, \"age\": 3.00, \"name\": \"Ann\", \"pets\": [{\"kind\": \"cat\", \"x\": 1}, {\"kind\": \"dog\"}]}";

    @Test
    void valuesAtPathsMustAgree() {
        assertThat(REWARD.score(RewardSample.of(TASK, GOOD)).value()).isEqualTo(1);
        assertThat(REWARD.score(RewardSample.of(TASK, "So:\n```json\n" + GOOD + "\n```"))
                        .value())
                .isEqualTo(1);
        SelfCheck.run(REWARD, TASK).requirePassed();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "3.00~4| The value at /age is another than expected",
                "3.00~\"3\"| The value at /age is another than expected",
                "Ann~ann| The value at /name is another than expected",
                "name~nam| At $.name there is nothing",
                "more~none| At /none there should be nothing",
                "{\"kind\": \"dog\"}~| At $.pets[*].kind there are 1 values, which is too few",
                "cat~dog| The value at /pets/0/kind is another than expected"
            })
    void feedbackNamesThePlace(String change, String expected) {
        String[] both = change.split("~", -1);
        String text = GOOD.replace(both[0], both[1]).replace("}, ]", "}]");
        Score score = REWARD.score(RewardSample.of(TASK, text));
        assertThat(score.value()).isZero();
        assertThat(score.components()).containsEntry("agreeing", 0.75);
        assertThat(score.feedback()).extracting("text").containsExactly(expected);
    }

    @Test
    void partOfThePathsEarnsPartOfTheReward() {
        JsonPathReward partial =
                new JsonPathReward(REWARD.paths(), "gold", new AnswerPart.InTag("answer"), true, JsonLimits.DEFAULT);
        assertThat(partial.score(RewardSample.of(TASK, "<answer>{\"name\": \"Ann\"}</answer>"))
                        .value())
                .isEqualTo(0.5);
        assertThat(partial.score(RewardSample.of(TASK, "{\"name\": \"Ann\"}")).value())
                .isZero();
        SelfCheck.run(partial, TASK).requirePassed();
    }

    @Test
    void wholeDocumentsAreComparedByValue() {
        JsonPathReward whole = JsonPathReward.of("gold", "$");
        TaskRecord task = TaskRecord.of("t", "?").with("gold", "{\"a\": [1, 2.50, {\"b\": null}]}");
        assertThat(whole.score(RewardSample.of(task, "{\"a\": [1.0, 25e-1, {\"b\": null}]}"))
                        .value())
                .isEqualTo(1);
        assertThat(whole.score(RewardSample.of(task, "{\"a\": [1, 2.5, {}]}")).value())
                .isZero();
        assertThat(whole.score(RewardSample.of(task, "{\"a\": [2.5, 1, {\"b\": null}]}"))
                        .feedback()
                        .get(0)
                        .text())
                .isEqualTo("The whole is another than expected");
    }

    @Test
    void pathsThatMultiplyEndAtALimit() {
        JsonPathReward reward = JsonPathReward.of("gold", "$..*..*..*", "$.a");
        String deep = "[".repeat(60) + "1,".repeat(2000) + "1" + "]".repeat(60);
        Score score = reward.score(RewardSample.of(TaskRecord.of("t", "?").with("gold", "{\"a\": 1}"), deep));
        assertThat(score.feedback())
                .extracting("text")
                .containsExactly("At $..*..*..* there are too many values to compare", "At $.a there is nothing");
        assertThat(reward.score(RewardSample.of(
                                TaskRecord.of("t", "?").with("gold", "{\"a\": 1}"), "{\"a\": 1, \"a\": 1}"))
                        .feedback()
                        .get(0)
                        .text())
                .contains("Duplicate field 'a'");
    }

    @Test
    void goldDocumentsMustHaveSomethingToCompare() {
        assertThatThrownBy(() -> JsonPathReward.of("gold", "$.b")
                        .score(RewardSample.of(TaskRecord.of("t", "?").with("gold", "{\"a\": 1}"), "{}")))
                .hasMessage(
                        "column 'gold' of task t was {\"a\": 1}, must have a value at one of [$.b]; correct the row or the paths");
        assertThatThrownBy(() -> JsonPathReward.of("gold"))
                .hasMessage("paths was none, must be at least one; use JsonPath.of(\"$\") for the whole");
    }
}
