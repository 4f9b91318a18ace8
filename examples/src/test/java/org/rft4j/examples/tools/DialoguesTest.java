package org.rft4j.examples.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.rollout.tools.ToolBox;
import org.rft4j.rollout.tools.ToolCallFormat;
import org.rft4j.rollout.tools.ToolOptions;
import org.rft4j.rollout.tools.ToolResult;

class DialoguesTest {
    @Test
    void theToolKnowsWhatIsAsked() throws Exception {
        Dataset<TaskRecord> questions = Dialogues.questions();
        assertThat(questions.size()).isEqualTo(128);
        TaskRecord question = questions.get(17);
        assertThat(question.id()).isEqualTo("Tom's hat");
        String colour = Dialogues.tool().call(Map.of("thing", question.id()));
        assertThat(score(question, "It is " + colour + ".")).isEqualTo(1);
        assertThat(score(question, colour)).isEqualTo(0);
        assertThat(score(question, "It is " + (colour.equals("red") ? "blue" : "red") + "."))
                .isEqualTo(0);
    }

    /** What the warm-up imitates is what the tools read and say. */
    @Test
    void callsOfADialogueCanBeReadAndAreAnsweredAsItSays() throws InterruptedException {
        Dataset<PromptCompletion> dialogues = Dialogues.beginners(200, 1);
        int answered = 0;
        int refused = 0;
        try (ToolBox tools = new ToolBox(ToolOptions.DEFAULT, Dialogues.tool())) {
            for (int n = 0; n < dialogues.size(); n++) {
                List<ChatMessage> said = ((Answer.Messages) dialogues.get(n).completion()).messages();
                List<ToolResult> results = tools.answer(ToolCallFormat.HERMES.parse(text(said.get(0))));
                assertThat(results).hasSize(said.size() == 1 ? 0 : 1);
                for (ToolResult result : results) {
                    if (result.answered()) {
                        answered++;
                        assertThat(text(said.get(2))).isEqualTo("It is " + text(said.get(1)) + ".");
                    } else {
                        refused++;
                        assertThat(text(said.get(1))).isEqualTo(result.text());
                    }
                }
            }
        }
        assertThat(answered).as("of 200, where six of ten are expected").isBetween(100, 140);
        assertThat(refused).as("of 200, where one of ten is expected").isBetween(8, 35);
    }

    private static double score(TaskRecord question, String answer) throws Exception {
        return Dialogues.RIGHT.score(RewardSample.of(question, answer)).value();
    }

    private static String text(ChatMessage message) {
        return message.content() instanceof Content.Text words ? words.text() : "";
    }
}
