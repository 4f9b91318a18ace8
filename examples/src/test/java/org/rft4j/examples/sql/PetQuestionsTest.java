package org.rft4j.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.rewards.sql.SqlEngine;
import org.rft4j.rewards.sql.SqlLimits;
import org.rft4j.rewards.sql.SqlReward;
import org.rft4j.rewards.sql.SqlRunner;

class PetQuestionsTest {
    @Test
    void everyQuestionIsAnsweredByItsQueryAndSeldomByAMistakenOne() throws InterruptedException {
        List<TaskRecord> questions = PetQuestions.all();
        assertThat(questions).hasSize(140);
        List<String> byChance = new ArrayList<>();
        try (SqlRunner runner = new SqlRunner(SqlEngine.SQLITE, SqlLimits.DEFAULT, 2)) {
            SqlReward rows = new SqlReward(
                    runner, question -> PetQuestions.PETS, PetQuestions.GOLD, SqlReward.Options.EXECUTION_ONLY);
            for (TaskRecord question : questions) {
                String gold = question.text(PetQuestions.GOLD);
                assertThat(rows.score(RewardSample.of(question, gold)).value())
                        .as(gold)
                        .isEqualTo(1);
                for (int mistake = 0; mistake < 5; mistake++) {
                    String query = PetQuestions.mistaken(gold, mistake);
                    if (rows.score(RewardSample.of(question, query)).value() == 1) {
                        byChance.add(question.id() + " " + query);
                    }
                }
            }
        }
        assertThat(byChance).as("of 700 mistakes").hasSizeLessThan(70);
    }

    @Test
    void aMistakeIsOneMistake() {
        String gold = "SELECT COUNT(*) FROM pets WHERE kind = 'dog' AND age > 4";
        assertThat(PetQuestions.mistaken(gold, 0))
                .isEqualTo("SELECT COUNT(*) FROM pets WHERE kind = 'dog' AND age < 4");
        assertThat(PetQuestions.mistaken(gold, 1)).isEqualTo("SELECT name FROM pets WHERE kind = 'dog' AND age > 4");
        assertThat(PetQuestions.mistaken(gold, 2))
                .as("there is no MAX, so that the next one is made")
                .isEqualTo("SELECT COUNT(*) FROM pets WHERE kind = 'dog' AND years > 4");
        assertThat(PetQuestions.mistaken(gold, 4)).isEqualTo("SELECT COUNT(*) FROM pets WHERE age > 4");
        assertThat(PetQuestions.mistaken("SELECT COUNT(*) FROM pets WHERE kind = 'dog'", 4))
                .isEqualTo("SELECT COUNT(*) FROM pets");
    }

    @Test
    void aBeginnerIsRightTwiceInFiveTimes() {
        List<TaskRecord> questions = PetQuestions.all();
        List<PromptCompletion> answers = PetQuestions.beginners(Datasets.of(questions), 8, 1);
        assertThat(answers).hasSize(8 * questions.size());
        double right = 0;
        for (int n = 0; n < answers.size(); n++) {
            String gold = questions.get(n / 8).text(PetQuestions.GOLD);
            right += answers.get(n).completion().equals(Answer.of(" " + gold)) ? 1 : 0;
        }
        assertThat(right / answers.size()).isBetween(0.35, 0.45);
    }
}
