package org.rft4j.rewards.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;

class SqlRewardTest {
    private static final double EXACT = 1e-12;
    private static final SqlRunner RUNNER = new SqlRunner(SqlEngine.SQLITE, SqlLimits.DEFAULT, 1);
    private static final TaskRecord TASK = TaskRecord.of("t", "Which pets are older than 2?")
            .with(
                    "schema",
                    "CREATE TABLE pet (name TEXT, age INTEGER); INSERT INTO pet VALUES ('Rex', 3), ('Mia', 9), ('Tom', 1)")
            .with("gold", "SELECT name FROM pet WHERE age > 2");
    private static final SqlReward REWARD = new SqlReward(
            RUNNER, task -> new SqlDatabase.Script(task.text("schema")), "gold", SqlReward.Options.DEFAULT);

    @AfterAll
    static void close() {
        RUNNER.close();
    }

    private static Score score(String completion) throws InterruptedException {
        return REWARD.score(RewardSample.of(TASK, completion));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT name FROM pet WHERE age > 2",
                "select p.name from pet as p where not p.age <= 2 order by name;",
                "So:\n```sql\nSELECT 1\n```\nno, rather\n```sql\nSELECT name FROM pet WHERE age >= 3\n```"
            })
    void theRightRowsEarnAll(String completion) throws Exception {
        assertThat(score(completion).value()).isEqualTo(1);
    }

    @Test
    void aWrongQueryEarnsForWhatIsRightAboutIt() throws Exception {
        Score close = score("SELECT name FROM pet WHERE age > 5");
        assertThat(close.components())
                .containsEntry("execution", 0.0)
                .containsEntry("syntax", 1.0)
                .containsEntry("schema", 1.0)
                .containsEntry("ngrams", 6 / 8.0);
        assertThat(close.value()).isEqualTo((1 + 1 + 0.75) / 6, within(EXACT));
        assertThat(close.feedback().get(0).text()).isEqualTo("The query runs, but gives other rows");
        Score broken = score("SELECT nme FROM pet");
        assertThat(broken.components()).containsEntry("syntax", 0.0).containsEntry("schema", 1 / 3.0);
        assertThat(broken.feedback().get(0).text())
                .startsWith("The query does not run: ")
                .contains("nme");
        assertThat(score("").value()).isZero();
    }

    @Test
    void orderCountsWhereItIsAskedFor() throws Exception {
        TaskRecord ordered = TASK.with("gold", "SELECT name FROM pet ORDER BY age DESC");
        assertThat(REWARD.score(RewardSample.of(ordered, "SELECT name FROM pet ORDER BY age"))
                        .value())
                .isLessThan(1);
        assertThat(REWARD.score(RewardSample.of(ordered, "SELECT name FROM pet ORDER BY -age"))
                        .value())
                .isEqualTo(1);
    }

    @Test
    void theRewardChecksItself() {
        SelfCheck.run(REWARD, TASK).requirePassed();
    }

    @Test
    void aGoldQueryMustRun() {
        TaskRecord bad = TASK.with("gold", "SELECT");
        assertThatThrownBy(() -> REWARD.score(RewardSample.of(bad, "SELECT 1")))
                .hasMessage("gold query of task t was SELECT, must run on the task's database; leave the row out");
    }

    @Test
    void partsMustNotOutweighExecution() {
        assertThatThrownBy(() -> new SqlReward.Options(1, 0, 1, 1)).hasMessageContaining("weight of execution was 1.0");
    }

    @Test
    void namesAreFoundInAnySpelling() {
        Map<String, List<String>> schema = Map.of("Pet", List.of("name", "Age of pet"), "owner", List.of("id"));
        assertThat(SqlText.schemaNames(
                        "select \"Age of pet\", NAME from `pet` -- owner\n where 'id' = 'it''s id'", schema))
                .containsExactlyInAnyOrder("pet", "name", "age of pet");
    }

    @Test
    void onlyTheOutermostOrderCounts() {
        assertThat(SqlText.isOrdered("SELECT 1 FROM a ORDER\n BY b")).isTrue();
        assertThat(SqlText.isOrdered("SELECT 1 FROM (SELECT 2 FROM a ORDER BY b)"))
                .isFalse();
        assertThat(SqlText.isOrdered("SELECT ' order by '")).isFalse();
    }

    @Test
    void resultsAreBagsOfRows() {
        List<List<@Nullable Object>> one = List.of(row(1, "a"), row(2, null), row(1, "a"));
        assertThat(ResultMatch.same(one, List.of(row(2.0, null), row(1, "a"), row(1, "a")), false))
                .isTrue();
        assertThat(ResultMatch.same(one, List.of(row(2, null), row(2, null), row(1, "a")), false))
                .isFalse();
        assertThat(ResultMatch.same(one, List.of(row(2, null), row(1, "a")), false))
                .isFalse();
        assertThat(ResultMatch.same(List.of(row(0.1 + 0.2)), List.of(row(0.3)), false))
                .isTrue();
        assertThat(ResultMatch.same(List.of(row(1)), List.of(row("1")), false)).isFalse();
        assertThat(ResultMatch.same(List.of(row(1), row(2)), List.of(row(2), row(1)), true))
                .isFalse();
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        return Arrays.asList(values);
    }
}
