package org.rft4j.rewards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Critic;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.rewards.instruction.InstructionReward;
import org.rft4j.rewards.json.JsonSchemaReward;
import org.rft4j.rewards.maths.MathsReward;
import org.rft4j.rewards.maths.MathsRewardOptions;

/** Critics that need no model: what rewards say beside their value. Those that run code are tested in the sandbox's module. */
class ProgrammaticCriticsTest {
    private static List<String> said(Critic critic, TaskRecord task, String completion) throws Exception {
        return critic.critique(RewardSample.of(task, completion)).stream()
                .map(Feedback::text)
                .toList();
    }

    @Test
    void theMathsCheckerPointsAtTheAnswerAndHints() throws Exception {
        Critic critic = Critic.of(new MathsReward(MathsRewardOptions.DEFAULT));
        TaskRecord task = TaskRecord.of("t", "2 - 5?").with("answer", "-3");
        String completion = "So it is $\\boxed{3}$.";
        Feedback wrong = critic.critique(RewardSample.of(task, completion)).get(0);
        assertThat(wrong.text()).contains("has the wrong sign").doesNotContain("-3");
        assertThat(wrong.polarity()).isEqualTo(Feedback.Polarity.NEGATIVE);
        assertThat(completion.substring(
                        wrong.span().orElseThrow().start(),
                        wrong.span().orElseThrow().end()))
                .isEqualTo("3");
        assertThat(said(critic, task, "So it is 3.")).containsExactly("the final answer is missing a \\boxed{}");
    }

    @Test
    void theConstraintCheckerRepeatsWhatIsBroken() throws Exception {
        Critic critic = Critic.of(new InstructionReward(InstructionReward.Mode.ALL));
        TaskRecord task = TaskRecord.of("t", "Write.")
                .with("instruction_id_list", List.of("punctuation:no_comma", "keywords:existence"))
                .with("kwargs", List.of(Map.of(), Map.of("keywords", List.of("sea"))));
        assertThat(said(critic, task, "By the river, there."))
                .containsExactly(
                        "This instruction is not kept: Use no comma.",
                        "This instruction is not kept: Use the words [sea].");
        assertThat(said(critic, task, "By the sea.")).isEmpty();
    }

    @Test
    void theSchemaCheckerNamesThePlace() throws Exception {
        Critic critic = Critic.of(JsonSchemaReward.fixed(
                new ObjectMapper().readTree("{\"properties\": {\"age\": {\"type\": \"integer\"}}}")));
        assertThat(said(critic, TaskRecord.of("t", "?"), "{\"age\": \"three\"}").get(0))
                .startsWith("At /age (rule 'type'): ");
    }
}
