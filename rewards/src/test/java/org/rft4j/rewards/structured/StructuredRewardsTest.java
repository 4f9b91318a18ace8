package org.rft4j.rewards.structured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ToolCall;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.similarity.TokenF1;

class StructuredRewardsTest {
    private static final double PRINTED = 1e-5;
    private static final AnswerPart ANSWER = new AnswerPart.InTag("answer");
    private static final AnswerPart WHOLE = new AnswerPart.Whole();
    private static final Pattern ARROW = Pattern.compile("\\s*>\\s*");

    private static RewardSample sample(Object gold, String text) {
        return RewardSample.of(task(gold), text);
    }

    private static TaskRecord task(Object gold) {
        return TaskRecord.of("t", "?").with("gold", gold);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<answer>Iron, copper; GOLD</answer>| 1",
                "<answer>- iron~- gold</answer>| 0.6666667",
                "<answer>gold, iron</answer>| 0.6666667",
                "<answer>gold, iron, copper, tin</answer>| 0.6666667",
                "<answer>a, b, c, d, e, f, gold</answer>| 0",
                "gold, iron, copper| 0"
            })
    void setsPayForWhatBelongsAndCostForTheRest(String text, double expected) {
        SetReward reward = new SetReward("gold", ANSWER, SetReward.LISTED, 1);
        assertThat(reward.score(sample(List.of("gold", "iron", "copper"), text.replace('~', '\n')))
                        .value())
                .isEqualTo(expected, within(PRINTED));
    }

    @Test
    void listMarksAreNoPartOfItems() {
        SetReward reward = new SetReward("gold", WHOLE, SetReward.LISTED, 1);
        assertThat(reward.score(sample(List.of("a", "b", "c"), "a\n2. b\n- c")).value())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "a > b > c, 1",
        "c > b > a, 0",
        "b > a > c, .6666667",
        "a > c, .3333333",
        "a > a > b > c, .3333333",
        "x, 0"
    })
    void ordersAreCountedInPairs(String text, double expected) {
        OrderReward reward = new OrderReward("gold", WHOLE, ARROW);
        assertThat(reward.score(sample(List.of("A", "b", "c"), text)).value()).isEqualTo(expected, within(PRINTED));
    }

    @Test
    void monthsNearlyRightEarnNearlyAll() {
        MonthReward reward = new MonthReward("gold", WHOLE, 0.1);
        assertThat(reward.score(sample("2024-02", "It was 2023-11.")).value()).isEqualTo(.7408182, within(PRINTED));
        assertThat(reward.score(sample("2024-02", "2024-02")).value()).isEqualTo(1);
        assertThat(reward.score(sample("2024-02", "2024-13 or so")).value()).isEqualTo(0);
        assertThatThrownBy(() -> reward.score(sample("May", "2024-02")))
                .hasMessage(
                        "column 'gold' of task t was May, must be a month as yyyy-mm; rewrite it when the data is read");
    }

    @Test
    void notKnowingIsBetterThanBeingWrong() throws Exception {
        TruthfulReward reward = new TruthfulReward(new TokenF1("gold"), TruthfulReward.Options.DEFAULT);
        assertThat(reward.score(sample("Paris", "Paris")).value()).isEqualTo(1);
        assertThat(reward.score(sample("Paris", "Sorry, I don't know.")).value())
                .isEqualTo(0);
        Score wrong = reward.score(sample("Paris", "London"));
        assertThat(wrong.value()).isEqualTo(-1);
        assertThat(wrong.components()).containsEntry("hallucinated", 1.0).containsEntry("abstained", 0.0);
        assertThat(reward.score(sample("I don't know", "i don't know")).value())
                .as("where that is the answer")
                .isEqualTo(1);
    }

    @Test
    void boxesAreMatchedByConfidence() {
        BoxReward reward = new BoxReward("gold", WHOLE, BoxReward.Options.DEFAULT);
        List<List<Integer>> gold = List.of(List.of(0, 0, 10, 10), List.of(20, 20, 30, 30));
        Score score = reward.score(sample(
                gold,
                "[{\"box\": [0, 0, 10, 8], \"confidence\": 0.9}, {\"box\": [20, 20, 30, 26], \"confidence\": 0.8}, "
                        + "{\"box\": [50, 50, 60, 60], \"confidence\": 0.9}]"));
        assertThat(score.components().get("iou")).isEqualTo(.46667, within(PRINTED));
        assertThat(score.components().get("confidence")).isEqualTo((0.9 + 0.8 + 0.1) / 3, within(PRINTED));
        assertThat(score.value()).isEqualTo(.46667 + .6, within(PRINTED));
        assertThat(reward.score(sample(gold, "two boxes")).feedback()).hasSize(1);
        assertThat(reward.score(sample(gold, "[{\"box\": [0, 0, 10], \"confidence\": 1}]"))
                        .value())
                .isZero();
        assertThatThrownBy(() -> reward.score(sample(List.of(List.of(1)), "[]")))
                .hasMessageContaining("must be a list of boxes");
    }

    @Test
    void oneBoxIsMatchedOnlyOnce() {
        BoxReward reward = new BoxReward("gold", WHOLE, new BoxReward.Options(0.5, 1, 0));
        String twice = "[{\"box\": [0,0,9,9], \"confidence\": 1}, {\"box\": [0,0,9,9], \"confidence\": 1}]";
        assertThat(reward.score(sample(List.of(List.of(0, 0, 9, 9)), twice)).value())
                .isEqualTo(0.5);
    }

    @Test
    void toolCallsFollowToolRl() {
        ToolCallReward reward = new ToolCallReward("gold");
        Object gold = List.of(Map.of("name", "A", "arguments", Map.of("x", 1, "y", 2)));
        assertThat(toolScore(reward, gold, "{\"name\": \"A\", \"arguments\": {\"x\": 1, \"y\": 3}}"))
                .isEqualTo(1.5);
        assertThat(toolScore(reward, gold, "{\"name\": \"A\", \"parameters\": {\"x\": 1, \"y\": 2}}"))
                .isEqualTo(3);
        assertThat(toolScore(reward, gold, "{\"name\": \"B\", \"arguments\": {\"x\": 1, \"y\": 2}}"))
                .isEqualTo(-3);
        assertThat(toolScore(reward, gold, "{\"name\": \"A\"")).isEqualTo(-3);
        assertThat(toolScore(reward, gold, "{\"name\": \"A\", \"arguments\": {\"x\": 1, \"y\": 2}} {\"name\": \"B\"}"))
                .as("half of the names are right, the call is")
                .isEqualTo(6 * 3.5 / 4 - 3);
        assertThat(reward.score(sample(gold, "no call")).value()).isEqualTo(-3);
        assertThat(reward.score(sample(List.of(), "no call")).applicable()).isFalse();
    }

    private static double toolScore(ToolCallReward reward, Object gold, String call) {
        return reward.score(sample(gold, "<tool_call>" + call + "</tool_call>")).value();
    }

    @Test
    void callsOfMessagesCountBeforeTheText() {
        Object gold = List.of(Map.of("name", "A", "arguments", Map.of("x", 1)));
        ChatMessage turn = ChatMessage.assistant("").withToolCalls(ToolCall.of("A", Map.of("x", 1)));
        RewardSample sample = new RewardSample(task(gold), "<tool_call>broken", List.of(turn), false, null);
        assertThat(new ToolCallReward("gold").score(sample).value()).isEqualTo(3);
    }

    @Test
    void eachExpectedCallTakesItsBestMatch() {
        Object gold = List.of(
                Map.of("name", "A", "arguments", Map.of("x", 1)), Map.of("name", "A", "arguments", Map.of("x", 2)));
        String swapped = "{\"name\": \"A\", \"arguments\": {\"x\": 2}}\n{\"name\": \"A\", \"arguments\": {\"x\": 1}}";
        assertThat(toolScore(new ToolCallReward("gold"), gold, swapped)).isEqualTo(3);
    }

    @Test
    void rewardsCheckThemselves() {
        SelfCheck.run(new SetReward("gold", ANSWER, SetReward.LISTED, 1), task(List.of("a", "b")))
                .requirePassed();
        SelfCheck.run(new OrderReward("gold", ANSWER, SetReward.LISTED), task(List.of("a", "b")))
                .requirePassed();
        SelfCheck.run(new MonthReward("gold", ANSWER, 0.1), task("2024-02")).requirePassed();
        SelfCheck.run(new TruthfulReward(new TokenF1("gold"), TruthfulReward.Options.DEFAULT), task("Paris"))
                .requirePassed();
        SelfCheck.run(new BoxReward("gold", ANSWER, BoxReward.Options.DEFAULT), task(List.of(List.of(0, 0, 2.5, 3))))
                .requirePassed();
        SelfCheck.run(new ToolCallReward("gold"), task(List.of(Map.of("name", "A", "arguments", Map.of("x", "text")))))
                .requirePassed();
    }

    @Test
    void answersStandWhereTheyAreLookedFor() {
        RewardSample sample = sample("x", "so <answer> 4 </answer>");
        assertThat(ANSWER.in(sample)).contains("4");
        assertThat(new AnswerPart.Found(text -> Optional.of(text.substring(0, 2))).in(sample))
                .contains("so");
    }

    @Test
    void numbersOfToolCallsAreTheSameInEveryType() {
        List<?> gold = List.of(Map.of("name", "f", "arguments", Map.of("x", 1L, "y", List.of(2L, 2.0), "z", "1")));
        ToolCallReward reward = new ToolCallReward("gold");
        assertThat(SelfCheck.run(reward, task(gold)).failures()).isEmpty();
        String same = "<tool_call>{\"name\":\"f\",\"arguments\":{\"x\":1.0,\"y\":[2,2],\"z\":\"1\"}}</tool_call>";
        assertThat(reward.score(sample(gold, same)).value()).isEqualTo(3);
        assertThat(reward.score(sample(gold, same.replace("\"1\"", "1"))).value())
                .isLessThan(3);
        assertThat(reward.score(sample(gold, same.replace("1.0", "1e999"))).value())
                .isLessThan(3);
    }

    @Test
    void listsAreCheckedWithTheirOwnSeparator() {
        List<String> gold = List.of("ten", "1. May", "two");
        OrderReward order = new OrderReward("gold", WHOLE, ARROW);
        assertThat(SelfCheck.run(order, task(gold)).failures()).isEmpty();
        assertThat(SelfCheck.run(new SetReward("gold", WHOLE, ARROW, 1), task(gold))
                        .failures())
                .isEmpty();
        OrderReward lines = new OrderReward("gold", WHOLE, Pattern.compile("\\n"));
        assertThat(lines.score(sample(gold, "1. Ten\n2. 1. May\n3. two")).value())
                .isEqualTo(1);
        assertThat(lines.score(sample(gold, "ten\n1. may\ntwo\ntwo")).value()).isEqualTo(1 / 3.0, within(PRINTED));
    }

    @Test
    void whatIsNoNumberIsNoConfidence() {
        BoxReward boxes = new BoxReward("gold", WHOLE, BoxReward.Options.DEFAULT);
        List<?> gold = List.of(List.of(0, 0, 2, 2));
        String right = "[{\"box\": [0, 0, 2, 2], \"confidence\": 1}]";
        assertThat(boxes.score(sample(gold, right)).value()).isEqualTo(2);
        assertThat(boxes.score(sample(gold, right.replace("1}", "\"1\"}"))).value())
                .isZero();
        assertThat(boxes.score(sample(gold, right + " and more")).value()).isZero();
    }

    @Test
    void curlyApostrophesAbstainToo() throws Exception {
        TruthfulReward truthful = new TruthfulReward(new TokenF1("gold"), TruthfulReward.Options.DEFAULT);
        assertThat(truthful.score(sample("Paris", "I don\u2019t know")).value()).isZero();
        assertThat(truthful.score(sample("Paris", "Rome")).value()).isEqualTo(-1);
    }
}
