package org.rft4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.InvalidInputException;

class RewardValuesTest {
    private static final TaskRecord TASK = TaskRecord.of("t", "1+1?").with("answer", "2");
    private static final String NOT_FINITE =
            ", must be finite; guard divisions and logarithms, or say Score.notApplicable(...)";

    @Test
    void aScoreIsANumberOrNothing() {
        assertThat(Score.of(0.25))
                .isEqualTo(new Score(true, 0.25, Map.of(), List.of(), List.of(), List.of(), Map.of()));
        assertThat(Score.of(true).value()).isEqualTo(1);
        assertThat(Score.of(false).value()).isZero();
        assertThat(Score.of(0.25).orElse(7)).isEqualTo(0.25);
        Score nothing = Score.notApplicable("no answer");
        assertThat(nothing.applicable()).isFalse();
        assertThat(nothing.value()).isZero();
        assertThat(nothing.orElse(7)).isEqualTo(7);
        assertThat(nothing.diagnostics()).isEqualTo(Map.of("notApplicable", "no answer"));
        assertThat(nothing.withValue(2).orElse(7)).isEqualTo(2);
    }

    @Test
    void partsAreAddedInOrder() {
        Feedback good = Feedback.positive("well done", "judge");
        Score score = Score.of(1)
                .withComponent("b", 1)
                .withComponent("a", 2)
                .withComponent("b", 3)
                .withFeedback(good)
                .withFeedback(Feedback.neutral("hm", "judge"))
                .withDiagnostic("parsed", "2")
                .withPerTurn(List.of(0.5))
                .withPerToken(List.of(0.1, 0.2));
        assertThat(score.components()).isEqualTo(Map.of("b", 3.0, "a", 2.0));
        assertThat(score.components().keySet()).containsExactly("b", "a");
        assertThat(score.feedback()).containsExactly(good, Feedback.neutral("hm", "judge"));
        assertThat(score.diagnostics()).isEqualTo(Map.of("parsed", "2"));
        assertThat(score.perTurn()).containsExactly(0.5);
        assertThat(score.perToken()).containsExactly(0.1, 0.2);
        assertThat(score.withValue(0).components()).isEqualTo(score.components());
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() {
        assertThatThrownBy(() -> Score.of(Double.NaN))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("score was NaN" + NOT_FINITE);
        assertThatThrownBy(() -> Score.of(1).withComponent("a", Double.POSITIVE_INFINITY))
                .hasMessage("component 'a' of a score was Infinity" + NOT_FINITE);
        assertThatThrownBy(() -> Score.of(1).withPerTurn(List.of(Double.NEGATIVE_INFINITY)))
                .hasMessage("score of a turn was -Infinity" + NOT_FINITE);
        assertThatThrownBy(() -> Score.of(1).withPerToken(List.of(0.0, Double.NaN)))
                .hasMessage("score of a token was NaN" + NOT_FINITE);
        assertThatThrownBy(() -> new Score(false, 1, Map.of(), List.of(), List.of(), List.of(), Map.of()))
                .hasMessage("value of a score that is not applicable was 1.0, must be 0; "
                        + "make it with Score.notApplicable(...)");
    }

    @Test
    void aScoreIsCopied() {
        Map<String, Double> components = new LinkedHashMap<>(Map.of("a", 1.0));
        Map<String, String> diagnostics = new LinkedHashMap<>(Map.of("a", "b"));
        List<Double> turns = new ArrayList<>(List.of(1.0));
        List<Double> tokens = new ArrayList<>(List.of(2.0));
        List<Feedback> feedback = new ArrayList<>(List.of(Feedback.negative("no", "x")));
        Score score = new Score(true, 1, components, turns, tokens, feedback, diagnostics);
        Score before = score.withValue(1);
        List.of(turns, tokens, feedback).forEach(List::clear);
        components.clear();
        diagnostics.clear();
        assertThat(score).isEqualTo(before);
        assertThat(score.perToken()).hasSize(1);
        assertThatThrownBy(() -> score.components().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> score.diagnostics().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void feedbackPoints() {
        CharSpan span = new CharSpan(2, 4);
        assertThat(Feedback.negative("off by one", "tests"))
                .isEqualTo(new Feedback("off by one", Feedback.Polarity.NEGATIVE, Optional.empty(), "tests"));
        assertThat(Feedback.positive("yes", "j").polarity()).isEqualTo(Feedback.Polarity.POSITIVE);
        assertThat(Feedback.neutral("yes", "j").at(span))
                .isEqualTo(new Feedback("yes", Feedback.Polarity.NEUTRAL, Optional.of(span), "j"));
        assertThatThrownBy(() -> Feedback.positive("\n", "j"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("feedback was '\n', must not be blank; leave it out");
    }

    @Test
    void aSampleKnowsItsTokensOrSaysSo() {
        RewardSample bare = RewardSample.of(TASK, "2");
        assertThat(bare.messages()).containsExactly(ChatMessage.assistant("2"));
        assertThat(bare.truncated()).isFalse();
        assertThat(bare.cutOff().truncated()).isTrue();
        List<CharSpan> spans = new ArrayList<>(List.of(new CharSpan(0, 1)));
        RewardSample known = bare.withTokenSpans(spans);
        spans.clear();
        assertThat(known.tokenCount()).isEqualTo(1);
        assertThat(known.cutOff().knownSpans()).containsExactly(new CharSpan(0, 1));
        assertThatThrownBy(bare::tokenCount)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "tokens of the completion of task t was unknown, must be known to rewards that count or mark "
                                + "them; make the sample from a trajectory, or add withTokenSpans(...)");
    }

    @Test
    void turnsAreWhatTheAssistantSaid() {
        List<ChatMessage> messages = new ArrayList<>(
                List.of(ChatMessage.assistant("3"), ChatMessage.user("no"), ChatMessage.assistant("2")));
        RewardSample sample = new RewardSample(TASK, "2", messages, false, null);
        messages.clear();
        assertThat(sample.turns()).containsExactly(ChatMessage.assistant("3"), ChatMessage.assistant("2"));
        assertThat(sample.messages()).hasSize(3);
    }

    @Test
    void aRewardScoresAGroupOneByOne() throws Exception {
        Reward exact = Reward.named(
                "exact",
                sample -> Score.of(sample.completion().equals(sample.task().text("answer"))));
        GroupReward each = GroupReward.each(exact);
        assertThat(each.name()).isEqualTo("exact");
        assertThat(each.score(List.of(RewardSample.of(TASK, "2"), RewardSample.of(TASK, "3"))))
                .containsExactly(Score.of(1), Score.of(0));
        assertThat(each.score(List.of())).isEmpty();
        Reward broken = sample -> {
            throw new java.io.IOException("cable");
        };
        assertThatThrownBy(() -> GroupReward.each(broken).score(List.of(RewardSample.of(TASK, ""))))
                .isInstanceOf(java.io.IOException.class)
                .hasMessage("cable");
    }

    @Test
    void rewardsHaveNames() throws Exception {
        Reward one = sample -> Score.of(1);
        GroupReward group = samples -> List.of();
        assertThat(one.name()).isEqualTo("reward");
        assertThat(group.name()).isEqualTo("groupReward");
        assertThat(Reward.named("a", one).name()).isEqualTo("a");
        assertThat(Reward.named("a", one).score(RewardSample.of(TASK, ""))).isEqualTo(Score.of(1));
        assertThatThrownBy(() -> Reward.named(" ", one))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("name of a reward was ' ', must not be blank; metrics show it");
    }
}
