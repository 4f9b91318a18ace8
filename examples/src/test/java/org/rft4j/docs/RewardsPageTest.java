package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Critic;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.LlmClient;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.SelfCheckReport;
import org.rft4j.rewards.answer.AnswerExtraction;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.Boxed;
import org.rft4j.rewards.answer.InTag;
import org.rft4j.rewards.answer.Pick;
import org.rft4j.rewards.answer.Reveal;
import org.rft4j.rewards.answer.WholeText;
import org.rft4j.rewards.combine.Gate;
import org.rft4j.rewards.combine.RewardClock;
import org.rft4j.rewards.combine.WeightSchedule;
import org.rft4j.rewards.combine.WeightedSum;
import org.rft4j.rewards.format.TagFormat;
import org.rft4j.rewards.guard.Guard;
import org.rft4j.rewards.guard.KeywordExploitation;
import org.rft4j.rewards.guard.LabelCollapse;
import org.rft4j.rewards.guard.LengthExploitation;
import org.rft4j.rewards.guard.Observation;
import org.rft4j.rewards.guard.ProxyAgainstGold;
import org.rft4j.rewards.json.JsonPathReward;
import org.rft4j.rewards.json.JsonSchemaReward;
import org.rft4j.rewards.judge.GenerativeCritic;
import org.rft4j.rewards.judge.Judge;
import org.rft4j.rewards.judge.JudgeException;
import org.rft4j.rewards.judge.Rubric;
import org.rft4j.rewards.judge.RubricJudge;
import org.rft4j.rewards.maths.MathsEquivalence;
import org.rft4j.rewards.maths.MathsOptions;
import org.rft4j.rewards.maths.MathsReward;
import org.rft4j.rewards.maths.MathsRewardOptions;
import org.rft4j.rewards.maths.Verdict;
import org.rft4j.rewards.repetition.NgramRepetition;
import org.rft4j.rewards.run.FailurePolicy;
import org.rft4j.rewards.run.LagrangeMultiplier;
import org.rft4j.rewards.run.MemberCounts;
import org.rft4j.rewards.run.Normalisation;
import org.rft4j.rewards.run.PanelMember;
import org.rft4j.rewards.run.PanelResult;
import org.rft4j.rewards.run.RewardPanel;
import org.rft4j.rewards.run.Weight;
import org.rft4j.rewards.sandbox.Language;
import org.rft4j.rewards.sandbox.Sandbox;
import org.rft4j.rewards.sandbox.SandboxLimits;
import org.rft4j.rewards.sandbox.UnitTestReward;
import org.rft4j.rewards.sql.SqlDatabase;
import org.rft4j.rewards.sql.SqlEngine;
import org.rft4j.rewards.sql.SqlLimits;
import org.rft4j.rewards.sql.SqlReward;
import org.rft4j.rewards.sql.SqlRunner;

/** The code of docs/rewards.md. */
class RewardsPageTest {
    @Test
    void selfCheck() {
        List<TaskRecord> tasks = List.of(TaskRecord.of("eggs", "How much?").with("answer", "9 * 2 = 18\n#### 18"));
        MathsReward reward = new MathsReward(MathsRewardOptions.GSM8K);
        SelfCheckReport report = SelfCheck.run(reward, tasks);
        report.requirePassed();
        assertThat(report.tasks()).isEqualTo(1);
    }

    @Test
    void whereTheAnswerStands() {
        TaskRecord task = TaskRecord.of("choose", "\\binom{10}{3}?").with("solution", "120");
        AnswerSource source = new AnswerSource(
                "solution", new WholeText(), AnswerExtraction.firstOf(new InTag("answer", Pick.STRICT), Boxed.LAST));
        MathsReward strict = new MathsReward(
                MathsRewardOptions.DEFAULT.withSource(source).evaluatedOnly().withReveal(Reveal.NOTHING));
        Score score = strict.score(RewardSample.of(task, "<answer>\\frac{240}{2}</answer>"));
        assertThat(score.value()).isEqualTo(1);
        assertThat(strict.score(RewardSample.of(task, "\\boxed{\\binom{10}{3}}"))
                        .value())
                .isZero();
    }

    @Test
    void equivalence() {
        MathsEquivalence equivalence = new MathsEquivalence(MathsOptions.DEFAULT);
        Verdict verdict = equivalence.compare("\\frac{2}{\\sqrt{3}-1}", "1+\\sqrt3");
        assertThat(verdict.isEqual()).isTrue();
    }

    @Test
    void theInterface() throws Exception {
        TaskRecord task = TaskRecord.of("door", "Ask me to open the door.");
        Reward polite = Reward.named(
                "polite",
                sample -> sample.completion().contains("please")
                        ? Score.of(1)
                        : Score.of(0).withFeedback(Feedback.negative("the word 'please' is missing", "polite")));
        Score score = polite.score(RewardSample.of(task, "Could you open it, please?"));
        assertThat(score.value()).isEqualTo(1);
    }

    @Test
    void combining() throws Exception {
        RewardClock clock = new RewardClock();
        Reward answer = new MathsReward(MathsRewardOptions.DEFAULT.withSource(
                AnswerSource.BOXED.withCompletion(new InTag("answer", Pick.LAST))));
        Reward gated = new Gate("gated", TagFormat.thinkThenAnswer(), 1, answer, 0);
        WeightedSum sum = WeightedSum.named("total", clock)
                .add(1, gated)
                .add(WeightSchedule.linear(0, 0.5, 1000), new NgramRepetition(3, 1))
                .build();
        TaskRecord task = TaskRecord.of("t", "1 + 1?").with("answer", "2");
        Score score = sum.score(RewardSample.of(task, "<think>one and one</think><answer>2</answer>"));
        assertThat(score.value()).isEqualTo(1);
        assertThat(score.components()).containsEntry("gated/" + answer.name(), 1.0);
    }

    @Test
    void panel() throws Exception {
        int step = 0;
        Reward maths = Reward.named("maths", new MathsReward(MathsRewardOptions.DEFAULT));
        Reward judge = Reward.named("judge", sample -> Score.of(0.5));
        Reward polite = Reward.named("polite", sample -> Score.of(1));
        TaskRecord task = TaskRecord.of("t", "1 + 1?").with("answer", "2");
        List<List<RewardSample>> groups =
                List.of(List.of(RewardSample.of(task, "\\boxed{2}"), RewardSample.of(task, "\\boxed{3}")));
        RewardPanel panel = new RewardPanel(
                List.of(
                        PanelMember.ofSample(maths).within(Duration.ofSeconds(2)),
                        PanelMember.ofSample(judge)
                                .weighing(Weight.of(0.3))
                                .within(Duration.ofSeconds(60))
                                .onFailure(new FailurePolicy.WorstScore(0)),
                        PanelMember.ofSample(polite).weighing(new Weight.Learned(new LagrangeMultiplier(0, 0.01)))),
                new Normalisation.WithinGroup(1e-4),
                8,
                16);
        PanelResult result = panel.score(groups, step);
        Score total = result.groups().get(0).get(1).total();
        MemberCounts counts = result.counts().get("maths");
        assertThat(total.value()).isNegative();
        assertThat(counts.scored()).isEqualTo(2);
        panel.close();
    }

    @Test
    void json() {
        TaskRecord task = TaskRecord.of("t", "Who has which pets?")
                .with("schema", Map.of("type", "object", "required", List.of("name")))
                .with("gold", Map.of("name", "Ann", "pets", List.of(Map.of("kind", "cat"))));
        String completion = "```json\n{\"name\": \"Ann\", \"pets\": [{\"kind\": \"cat\", \"age\": 3}]}\n```";
        JsonSchemaReward schema = JsonSchemaReward.inColumn("schema");
        JsonPathReward values = JsonPathReward.of("gold", "$.name", "$.pets[*].kind");
        Score form = schema.score(RewardSample.of(task, completion));
        Score content = values.score(RewardSample.of(task, completion));
        assertThat(form.value()).isEqualTo(1);
        assertThat(content.value()).isEqualTo(1);
    }

    @Test
    void runningCode() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "bubblewrap is not installed");
        TaskRecord task = TaskRecord.of("t", "Write add(a, b).").with("tests", "assert add(1, 2) == 3");
        Sandbox sandbox = Sandbox.bubblewrap(SandboxLimits.DEFAULT.withTime(Duration.ofSeconds(5)));
        UnitTestReward tests = new UnitTestReward(
                sandbox, new Language.Python(), "tests", Optional.empty(), UnitTestReward.Options.ALL);
        Score passed = tests.score(RewardSample.of(task, "```python\ndef add(a, b):\n    return a + b\n```"));
        assertThat(passed.value()).isEqualTo(1);
    }

    @Test
    void sql() throws Exception {
        TaskRecord task = TaskRecord.of("t", "Which pets are older than 4?")
                .with("tables", "CREATE TABLE pet(name TEXT, age INTEGER); INSERT INTO pet VALUES ('Bob', 5);")
                .with("gold", "SELECT name FROM pet WHERE age > 4");
        try (SqlRunner runner = new SqlRunner(SqlEngine.SQLITE, SqlLimits.DEFAULT, 2)) {
            SqlReward sql = new SqlReward(
                    runner, row -> new SqlDatabase.Script(row.text("tables")), "gold", SqlReward.Options.DEFAULT);
            Score found = sql.score(RewardSample.of(task, "SELECT name FROM pet WHERE NOT age <= 4"));
            assertThat(found.value()).isEqualTo(1);
        }
    }

    @Test
    void judges() throws Exception {
        LlmClient client =
                (conversation, options) -> CompletableFuture.completedFuture("{\"clear\": 4, \"polite\": 1}");
        TaskRecord task = TaskRecord.of("t", "2 - 5?").with("answer", "-3");
        Judge model = new Judge(client, SamplingOptions.of(200, 7), 2);
        RubricJudge judge = RubricJudge.of(
                model,
                new Rubric(List.of(
                        new Rubric.Item("clear", "Is it easy to understand?", 5),
                        new Rubric.Item("polite", "Is it polite?", 2))));
        Critic critic = GenerativeCritic.of(model);
        Critic checker = Critic.of(new MathsReward(MathsRewardOptions.DEFAULT));
        List<Feedback> said = checker.critique(RewardSample.of(task, "So it is $\\boxed{3}$."));
        assertThat(judge.score(RewardSample.of(task, "-3")).components()).containsEntry("clear", 0.8);
        assertThat(said.get(0).text()).contains("has the wrong sign");
        assertThatThrownBy(() -> critic.critique(RewardSample.of(task, "-3"))).isInstanceOf(JudgeException.class);
    }

    @Test
    void guards() {
        List<RewardSample> samples = List.of(RewardSample.of(TaskRecord.of("t", "?"), "no"));
        List<Double> rewards = List.of(1.0);
        List<Guard.Warning> warnings = new ArrayList<>();
        List<Guard> guards = List.of(
                new ProxyAgainstGold(batch -> heldOut(batch.samples()), 20, 0.1, 0.05),
                new LengthExploitation(20, 1.5, 0.3),
                new LabelCollapse(sample -> label(sample), 0.95, 3),
                new KeywordExploitation(Map.of("emoji", Pattern.compile("\\p{So}")), 20, 0.2));
        for (Guard guard : guards) {
            guard.observe(new Observation(samples, rewards)).ifPresent(warnings::add);
        }
        assertThat(warnings).isEmpty();
        for (int batch = 1; batch < 3; batch++) {
            guards.forEach(
                    guard -> guard.observe(new Observation(samples, rewards)).ifPresent(warnings::add));
        }
        assertThat(warnings).extracting(Guard.Warning::guard).containsExactly("labelCollapse");
    }

    private static double heldOut(List<RewardSample> samples) {
        return samples.stream()
                .filter(sample -> sample.completion().equals("yes"))
                .count();
    }

    private static Optional<String> label(RewardSample sample) {
        return Optional.of(sample.completion());
    }
}
