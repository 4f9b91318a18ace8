package org.rft4j.rollout.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.rollout.tools.Calculator;
import org.rft4j.rollout.tools.ToolBox;
import org.rft4j.rollout.tools.ToolCallFormat;
import org.rft4j.rollout.tools.ToolOptions;

/** What each shipped environment says and gives, turn by turn. */
class EnvironmentsTest {
    private static final double TOLERANCE = 1e-12;
    private static final TaskRecord TASK =
            new TaskRecord("sum", Prompt.of(ChatMessage.user("2+3?")), Map.of("answer", "5"));
    private static final Feedback LOOK = Feedback.negative("look again", "test");
    private static final Reward EXACT = sample -> {
        boolean right = sample.completion().strip().equals(sample.task().text("answer"));
        return right ? Score.of(1) : Score.of(0).withFeedback(LOOK);
    };

    private static EpisodeStart start(int sample) {
        return new EpisodeStart(SampleKey.of("sum", sample), TASK, 11);
    }

    /** Plays turns until the environment is done. */
    private static List<StepResult> play(EnvironmentFactory factory, String... turns) throws Exception {
        List<StepResult> results = new ArrayList<>();
        try (Environment environment = factory.create(start(0))) {
            assertThat(environment.reset()).isEmpty();
            for (String turn : turns) {
                assertThat(results).allMatch(result -> result.observation().isPresent());
                results.add(environment.step(new Action(results.size(), turn, false)));
            }
        }
        return results;
    }

    private static StepResult last(List<StepResult> results) {
        return results.get(results.size() - 1);
    }

    private static String said(StepResult result) {
        return ((Observation.Text) result.observation().orElseThrow()).text();
    }

    @Test
    void aSingleTurnIsDone() throws Exception {
        assertThat(play(SingleTurn.factory(), "4")).containsExactly(StepResult.done(0));
        assertThat(play(SingleTurn.scoredBy(EXACT), "5")).containsExactly(StepResult.done(1));
        assertThat(play(SingleTurn.scoredBy(EXACT), "4"))
                .containsExactly(StepResult.done(0).withFeedback(List.of(LOOK)));
    }

    @Test
    void rewardsSeeThatATurnWasCutOff() throws Exception {
        Reward whole = sample -> Score.of(!sample.truncated());
        try (Environment environment = SingleTurn.scoredBy(whole).create(start(0))) {
            assertThat(environment.step(new Action(0, "5", true)).reward()).isZero();
        }
    }

    @Test
    void unaryFeedbackSaysOnlyThatTheAnswerIsWrong() throws Exception {
        List<StepResult> results = play(UnaryFeedback.factory(EXACT, UnaryFeedbackOptions.DEFAULT), "4", "6", "5");
        assertThat(said(results.get(0))).isEqualTo("Incorrect. Please think again.");
        assertThat(said(results.get(1))).isEqualTo("Incorrect. Please think again.");
        assertThat(results.get(0).reward()).isZero();
        assertThat(results.get(0).feedback()).containsExactly(LOOK);
        assertThat(last(results).reward()).isCloseTo(0.25, within(TOLERANCE));
    }

    /** The numbers of the reference: solved at the third turn with answers a, a, b. */
    @Test
    void unaryFeedbackTakesRepetitionsOff() throws Exception {
        assertThat(last(play(UnaryFeedback.factory(EXACT, UnaryFeedbackOptions.DEFAULT), "4", "4 ", "5"))
                        .reward())
                .isCloseTo(0.25 - 0.5 * (1 - 2 / 3.0), within(TOLERANCE));
        assertThat(last(play(UnaryFeedback.factory(EXACT, UnaryFeedbackOptions.DEFAULT), "1", "1", "1", "1", "1"))
                        .reward())
                .isCloseTo(-0.5 * (1 - 1 / 5.0), within(TOLERANCE));
    }

    /** A turn without an answer costs 0.1 and does not count as an attempt at the answer. */
    @Test
    void unaryFeedbackTakesMalformedTurnsOff() throws Exception {
        UnaryFeedbackOptions digits = UnaryFeedbackOptions.DEFAULT.withAnswer(
                turn -> turn.matches("\\d+") ? Optional.of(turn) : Optional.empty());
        assertThat(last(play(UnaryFeedback.factory(EXACT, digits), "four", "4", "5"))
                        .reward())
                .isCloseTo(0.5 - 0.1, within(TOLERANCE));
        assertThat(last(play(UnaryFeedback.factory(EXACT, digits), "a", "b", "c", "d", "e"))
                        .reward())
                .isCloseTo(-0.5, within(TOLERANCE));
    }

    @Test
    void unaryFeedbackWithoutWeightsIsTheSuccess() throws Exception {
        UnaryFeedbackOptions plain = UnaryFeedbackOptions.DEFAULT.withReward(1, 0, 0);
        assertThat(last(play(UnaryFeedback.factory(EXACT, plain), "4", "4", "5"))
                        .reward())
                .isEqualTo(1);
        assertThat(last(play(UnaryFeedback.factory(EXACT, plain), "4", "4", "4", "4", "4"))
                        .reward())
                .isZero();
        assertThatThrownBy(() -> UnaryFeedbackOptions.DEFAULT.withReward(1.5, 0, 0))
                .hasMessage("decay was 1.5, must be between 0 and 1; 1 does not count attempts");
        assertThatThrownBy(() -> UnaryFeedbackOptions.DEFAULT.withReward(1, 0, -1))
                .hasMessage("repetitionWeight was -1.0, must be finite and not negative; 0 is without");
    }

    @Test
    void aCriticStandsBetweenTwoAnswers() throws Exception {
        List<StepResult> results = play(CritiqueThenRefine.by(Critic.VERDICT, EXACT, true), "4", "5");
        assertThat(said(results.get(0)))
                .isEqualTo("The solution above is incorrect.\n\nWrite a better solution, with this critique in mind.");
        assertThat(results.get(0).reward()).isZero();
        assertThat(results.get(1)).isEqualTo(StepResult.done(1));
        assertThat(play(CritiqueThenRefine.by(Critic.VERDICT, EXACT, true), "5"))
                .containsExactly(StepResult.done(1));
        List<StepResult> always = play(CritiqueThenRefine.by(Critic.VERDICT, EXACT, false), "5", "4");
        assertThat(said(always.get(0))).startsWith("The solution above is correct.");
        assertThat(always.get(0).reward()).isEqualTo(1);
        assertThat(always.get(1).reward()).isZero();
    }

    @Test
    void criticsSayWhatTheyKnow() throws Exception {
        assertThat(Critic.withReference("answer").critique(TASK, "4", Score.of(0)))
                .isEqualTo("The solution above is incorrect. The correct answer is 5.");
        assertThat(Critic.REWARD_FEEDBACK.critique(TASK, "4", EXACT.score(new Action(0, "4", false).asSample(TASK))))
                .isEqualTo("look again");
        assertThat(Critic.REWARD_FEEDBACK.critique(TASK, "5", Score.of(1))).isEqualTo("The solution above is correct.");
    }

    @Test
    void thePolicyMayBeItsOwnCritic() throws Exception {
        List<StepResult> results = play(CritiqueThenRefine.byPolicy(EXACT, true), "4", "it is 5", "5");
        assertThat(said(results.get(0)))
                .isEqualTo("Criticise the solution above: say what is wrong with it, and where.");
        assertThat(said(results.get(1))).isEqualTo("Write a better solution, with this critique in mind.");
        assertThat(results).extracting(StepResult::reward).containsExactly(0.0, 0.0, 1.0);
    }

    /** The numbers of the reference, alpha 10: (0,1) gives 11, (1,0) gives -10, (1,1) gives 1. */
    @Test
    void selfCorrectionRewardsTheChange() throws Exception {
        EnvironmentFactory ten = SelfCorrection.factory(EXACT, 10, SelfCorrection.INSTRUCTION);
        assertThat(play(ten, "4", "5")).extracting(StepResult::reward).containsExactly(0.0, 11.0);
        assertThat(play(ten, "5", "4")).extracting(StepResult::reward).containsExactly(1.0, -10.0);
        assertThat(play(ten, "5", "5")).extracting(StepResult::reward).containsExactly(1.0, 1.0);
        assertThat(said(play(ten, "4", "5").get(0))).isEqualTo(SelfCorrection.INSTRUCTION);
        EnvironmentFactory none = SelfCorrection.factory(EXACT, 0, "Again.");
        assertThat(play(none, "5", "4")).extracting(StepResult::reward).containsExactly(1.0, 0.0);
        assertThatThrownBy(() -> SelfCorrection.factory(EXACT, -1, "Again."))
                .hasMessage("alpha was -1.0, must be finite and not negative; 0 is without");
    }

    private static int secret(int sample) throws Exception {
        int low = 1;
        int high = 100;
        try (Environment game = NumberGuessing.factory(100, 7).create(start(sample))) {
            while (true) {
                int guess = (low + high) / 2;
                StepResult result = game.step(new Action(0, "Is it 3? I say " + guess + ".", false));
                if (result.observation().isEmpty()) {
                    assertThat(result.reward()).isPositive();
                    return guess;
                }
                if (said(result).contains("higher")) {
                    low = guess + 1;
                } else {
                    high = guess - 1;
                }
            }
        }
    }

    @Test
    void bisectionGuessesANumberThatAGroupShares() throws Exception {
        assertThat(secret(0)).isEqualTo(secret(1)).isEqualTo(secret(5)).isBetween(1, 100);
        List<Integer> others = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            EpisodeStart later = new EpisodeStart(new SampleKey(round, "sum", 0, 0), TASK, 11);
            others.add((int) (later.groupRandom().derive("secret").uniform(0) * 100));
        }
        assertThat(others.stream().distinct().count()).isGreaterThan(15);
    }

    @Test
    void aGuessEarnsLessTheLaterItIs() throws Exception {
        int secret = secret(0);
        EnvironmentFactory game = NumberGuessing.factory(100, 4);
        try (Environment first = game.create(start(0))) {
            assertThat(first.reset().orElseThrow())
                    .isEqualTo(Prompt.of(
                            ChatMessage.user("I am thinking of a whole number from 1 to 100. You have 4 guesses."
                                    + " Answer with one number.")));
            assertThat(first.step(new Action(0, "" + secret, false)).reward()).isEqualTo(1);
        }
        try (Environment third = game.create(start(0))) {
            assertThat(said(third.step(new Action(0, "hm", false)))).isEqualTo("There is no number in your answer.");
            assertThat(said(third.step(new Action(1, "99999999999999999999", false))))
                    .isEqualTo("The number is lower than 1000000000.");
            assertThat(third.step(new Action(2, "" + secret, false)).reward()).isEqualTo(0.5);
        }
        try (Environment never = game.create(start(0))) {
            for (int turn = 0; turn < 3; turn++) {
                assertThat(never.step(new Action(turn, "0", false)).observation())
                        .isPresent();
            }
            assertThat(never.step(new Action(3, "0", false))).isEqualTo(StepResult.done(0));
        }
        assertThatThrownBy(() -> NumberGuessing.factory(1, 4))
                .hasMessage("highest number was 1, must be at least 2; use 100");
    }

    @Test
    void toolsAreOfferedCalledAndAnswered() throws Exception {
        try (ToolBox tools = new ToolBox(ToolOptions.DEFAULT, Calculator.tool());
                Environment environment =
                        ToolUse.scoredBy(tools, ToolCallFormat.HERMES, EXACT).create(start(0))) {
            Prompt.Chat prompt = (Prompt.Chat) environment.reset().orElseThrow();
            assertThat(prompt.conversation().tools()).isEqualTo(tools.specs());
            StepResult result = environment.step(new Action(
                    0,
                    "<tool_call>{\"name\": \"calculator\", \"arguments\": {\"expression\": \"2+3\"}}</tool_call>"
                            + "<tool_call>{\"name\": \"calculator\", \"arguments\": {\"expression\": \"2+\"}}</tool_call>"
                            + "<tool_call>{oops}</tool_call>",
                    false));
            List<ChatMessage> messages =
                    ((Observation.Messages) result.observation().orElseThrow()).messages();
            assertThat(messages.get(0)).isEqualTo(ChatMessage.tool("call-0-0", "calculator", "5"));
            assertThat(((Content.Text) messages.get(1).content()).text())
                    .startsWith("Error: expression at character 2 was the end");
            assertThat(((Content.Text) messages.get(2).content()).text())
                    .startsWith("Error: the call is not valid JSON");
            assertThat(result.feedback())
                    .hasSize(2)
                    .allMatch(said -> said.source().equals("tools"));
            assertThat(environment.step(new Action(1, "5", false))).isEqualTo(StepResult.done(1));
        }
    }

    @Test
    void aTextBecomesAConversationWithTools() throws Exception {
        try (ToolBox tools = new ToolBox(ToolOptions.DEFAULT, Calculator.tool())) {
            EnvironmentFactory factory = ToolUse.factory(tools, ToolCallFormat.LLAMA3);
            TaskRecord text = TaskRecord.of("t", "2+3?");
            Prompt prompt = factory.create(new EpisodeStart(SampleKey.of("t", 0), text, 1))
                    .reset()
                    .orElseThrow();
            assertThat(((Prompt.Chat) prompt).conversation().messages()).containsExactly(ChatMessage.user("2+3?"));
            TaskRecord ids = new TaskRecord("t", Prompt.of(new long[] {1}), Map.of());
            assertThatThrownBy(() -> factory.create(new EpisodeStart(SampleKey.of("t", 0), ids, 1))
                            .reset())
                    .hasMessage(
                            "prompt of task t was tokens, must be a text or a conversation, so that tools can be added; give"
                                    + " the messages");
        }
    }
}
