package org.rft4j.rewards.maths;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.SelfCheckReport;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.arithmetic.CalculationReward;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.numeric.NumericOptions;
import org.rft4j.rewards.numeric.NumericReward;

/** Problems as in GSM8K: a few of our own, and all of its test set where the shared folder is there. */
class Gsm8kTest {
    private static final int TEST_SET = 1_319;
    private static final MathsReward MATHS = new MathsReward(MathsRewardOptions.GSM8K);
    private static final NumericReward NUMERIC =
            new NumericReward(NumericOptions.DEFAULT.withSource(MathsRewardOptions.GSM8K.source()));

    private static List<TaskRecord> tasks(List<String> lines) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<TaskRecord> tasks = new ArrayList<>();
        for (String line : lines) {
            JsonNode row = json.readTree(line);
            tasks.add(TaskRecord.of("gsm-" + tasks.size(), row.get("question").asText())
                    .with("answer", row.get("answer").asText()));
        }
        return tasks;
    }

    private static List<TaskRecord> own() throws IOException {
        try (var in = Gsm8kTest.class.getResourceAsStream("/problems/gsm.jsonl")) {
            return tasks(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
    }

    private static List<TaskRecord> real() throws IOException {
        Path file = Path.of(System.getProperty("rft4j.shared", "")).resolve("data/gsm8k/test.jsonl");
        assumeTrue(Files.exists(file), "no " + file);
        return tasks(Files.readAllLines(file));
    }

    /** Ways in which a model ends. */
    private static List<String> ends(String number) {
        return List.of(
                "#### " + number,
                "\\boxed{" + number + "}",
                "$\\boxed{" + number + "}$.",
                "The answer is " + number + ".",
                "The answer is $" + number + ".",
                "The answer is \\$" + number + ".",
                "The final answer is: **" + number + "**",
                "Therefore, the answer is $" + number + "$.",
                "#### " + number + ".0",
                "#### " + number + " apples",
                "\\boxed{" + number + "\\text{ dollars}}",
                "\\boxed{x = " + number + "}");
    }

    private static void check(List<TaskRecord> tasks) {
        for (VerifiableReward reward : List.of(MATHS, NUMERIC)) {
            SelfCheckReport report = SelfCheck.run(reward, tasks);
            assertThat(report.failures()).isEmpty();
            assertThat(report.unchecked()).isZero();
        }
        for (TaskRecord task : tasks) {
            String gold = MathsRewardOptions.GSM8K.source().gold(task).replace(",", "");
            for (String end : ends(gold)) {
                assertThat(score(MATHS, task, end)).as("%s: %s", task.id(), end).isEqualTo(1);
            }
            assertThat(score(MATHS, task, task.text("answer"))).isEqualTo(1);
            assertThat(score(NUMERIC, task, task.text("answer"))).isEqualTo(1);
            int turn = tasks.indexOf(task);
            for (String wrong : perturbed(new BigInteger(gold))) {
                String end = ends(wrong).get(turn++ % ends(wrong).size());
                assertThat(score(MATHS, task, end)).as("%s: %s", task.id(), end).isZero();
                assertThat(score(NUMERIC, task, "#### " + wrong)).isZero();
            }
        }
    }

    private static List<String> perturbed(BigInteger gold) {
        List<String> wrong = new ArrayList<>();
        wrong.add(gold.add(BigInteger.ONE).toString());
        wrong.add(gold.multiply(BigInteger.TEN).add(BigInteger.TWO).toString());
        wrong.add(gold + ".5");
        if (gold.signum() != 0) {
            wrong.add(gold.negate().toString());
            wrong.add(gold + "000");
        }
        return wrong;
    }

    private static double score(VerifiableReward reward, TaskRecord task, String completion) {
        try {
            return reward.score(RewardSample.of(task, completion)).value();
        } catch (Exception e) {
            throw new AssertionError(completion, e);
        }
    }

    @Test
    void problemsOfOurOwn() throws IOException {
        check(own());
    }

    @Test
    void theTestSet() throws IOException {
        List<TaskRecord> tasks = real();
        assertThat(tasks).hasSize(TEST_SET);
        check(tasks);
    }

    /** The annotated calculations of the solutions are right, so a reward for them finds no fault; a few are rounded. */
    @Test
    void calculationsOfTheSolutions() throws IOException {
        CalculationReward reward = new CalculationReward(Rational.of(1, 100));
        for (TaskRecord task : own()) {
            assertThat(reward.score(RewardSample.of(task, task.text("answer"))).value())
                    .isEqualTo(1);
        }
    }
}
