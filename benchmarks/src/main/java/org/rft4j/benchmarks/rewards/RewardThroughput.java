package org.rft4j.benchmarks.rewards;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.rft4j.benchmarks.Machine;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.format.TagFormat;
import org.rft4j.rewards.maths.MathsReward;
import org.rft4j.rewards.maths.MathsRewardOptions;
import org.rft4j.rewards.run.MemberCounts;
import org.rft4j.rewards.run.Normalisation;
import org.rft4j.rewards.run.PanelMember;
import org.rft4j.rewards.run.PanelResult;
import org.rft4j.rewards.run.RewardPanel;
import org.rft4j.rewards.sandbox.Language;
import org.rft4j.rewards.sandbox.Sandbox;
import org.rft4j.rewards.sandbox.SandboxLimits;
import org.rft4j.rewards.sandbox.UnitTestReward;
import org.rft4j.rewards.similarity.Bleu;
import org.rft4j.rewards.sql.SqlDatabase;
import org.rft4j.rewards.sql.SqlEngine;
import org.rft4j.rewards.sql.SqlLimits;
import org.rft4j.rewards.sql.SqlReward;
import org.rft4j.rewards.sql.SqlRunner;

/**
 * Scored samples per second through a {@link RewardPanel}, in groups of 8, with as many calls at once as there are processors; and what a
 * reward that hangs costs. Half of the samples are right. Prints a table and writes {@code rewards.json}. Argument: results folder. The row
 * of sandboxed Python is left out where bubblewrap is not installed.
 */
public final class RewardThroughput {
    private static final int GROUP = 8;
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 7;
    private static final int PARALLEL = Runtime.getRuntime().availableProcessors();
    private static final Duration DEADLINE = Duration.ofMillis(500);
    private static final String WORK = "We add the two numbers and get 12 + 30 = 42, then we go on. ".repeat(10);
    private static final List<String> ANSWERS =
            List.of("70,000", "\\frac{35}{3}", "\\sqrt{3}+1", "x<1 \\text{ or } x>2", "12 \\text{ cm}");
    private static final String TABLES = "CREATE TABLE pet(name TEXT, age INTEGER);"
            + "INSERT INTO pet VALUES ('Ann', 3), ('Bob', 5), ('Cleo', 9), ('Dan', 12);";

    private final List<Map<String, Object>> rows = new ArrayList<>();

    private RewardThroughput() {}

    /** A reward, and a batch of tasks with a right and a wrong completion each. */
    private record Contest(
            String name, Reward reward, int samples, List<RewardSample> right, List<RewardSample> wrong) {
        List<List<RewardSample>> batch() {
            List<List<RewardSample>> groups = new ArrayList<>();
            for (int g = 0; g * GROUP < samples; g++) {
                int at = g % right.size();
                List<RewardSample> group = new ArrayList<>();
                for (int i = 0; i < GROUP; i++) {
                    group.add(i % 2 == 0 ? right.get(at) : wrong.get(at));
                }
                groups.add(group);
            }
            return groups;
        }
    }

    /**
     * Measures.
     *
     * @param args the results folder
     * @throws IOException if the results cannot be written
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path results = Path.of(args[0]);
        RewardThroughput throughput = new RewardThroughput();
        throughput.measureText();
        throughput.measureExecution();
        throughput.measureSql();
        Map<String, Object> result = new LinkedHashMap<>(Machine.describe());
        result.put("parallelCalls", PARALLEL);
        result.put("group", GROUP);
        result.put("rounds", ROUNDS);
        result.put("results", throughput.rows);
        result.put("hanging", hanging());
        Files.createDirectories(results);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(results.resolve("rewards.json").toFile(), result);
    }

    private void measureText() throws InterruptedException {
        List<RewardSample> right = new ArrayList<>();
        List<RewardSample> wrong = new ArrayList<>();
        for (String answer : ANSWERS) {
            TaskRecord task = TaskRecord.of("t" + right.size(), "?").with("answer", answer);
            right.add(RewardSample.of(task, tagged("$\\boxed{" + answer + "}$")));
            wrong.add(RewardSample.of(task, WORK + "<answer>$\\boxed{41}$"));
        }
        measure(new Contest("maths", new MathsReward(MathsRewardOptions.DEFAULT), 4096, right, wrong));
        measure(new Contest("format", new TagFormat(List.of("think", "answer"), true, false), 8192, right, wrong));
        TaskRecord summary = TaskRecord.of("summary", "?").with("summary", WORK + "That is what we found.");
        measure(new Contest(
                "BLEU of 140 words",
                new Bleu("summary", Bleu.Options.SENTENCE),
                1024,
                List.of(RewardSample.of(summary, WORK + "That is what we found.")),
                List.of(RewardSample.of(summary, WORK.replace("add", "take") + "We found something else there."))));
    }

    private static String tagged(String answer) {
        return "<think>" + WORK + "</think>\n<answer>" + answer + "</answer>";
    }

    private void measureExecution() throws InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/bwrap"))) {
            System.out.println("sandboxed Python: bubblewrap is not installed");
            return;
        }
        Reward reward = new UnitTestReward(
                Sandbox.bubblewrap(SandboxLimits.DEFAULT),
                new Language.Python(),
                "tests",
                Optional.empty(),
                UnitTestReward.Options.ALL);
        TaskRecord task = TaskRecord.of("add", "Write add(a, b).").with("tests", "assert add(1, 2) == 3");
        measure(new Contest(
                "sandboxed Python, one test",
                reward,
                64,
                List.of(RewardSample.of(task, "```python\ndef add(a, b):\n    return a + b\n```")),
                List.of(RewardSample.of(task, "```python\ndef add(a, b):\n    return a - b\n```"))));
    }

    private void measureSql() throws InterruptedException {
        TaskRecord task = TaskRecord.of("pets", "?").with("gold", "SELECT name FROM pet WHERE age > 4");
        for (SqlEngine engine : SqlEngine.values()) {
            try (SqlRunner runner = new SqlRunner(engine, SqlLimits.DEFAULT, PARALLEL)) {
                SqlDatabase database = new SqlDatabase.Script(TABLES);
                measure(new Contest(
                        engine + ", gold and given query",
                        new SqlReward(runner, any -> database, "gold", SqlReward.Options.DEFAULT),
                        128,
                        List.of(RewardSample.of(task, "SELECT name FROM pet WHERE NOT age <= 4")),
                        List.of(RewardSample.of(task, "SELECT nam FROM pet"))));
            }
        }
    }

    private void measure(Contest contest) throws InterruptedException {
        List<List<RewardSample>> batch = contest.batch();
        int samples = batch.size() * GROUP;
        double[] perSecond = new double[ROUNDS];
        PanelMember member = PanelMember.ofSample(contest.reward());
        try (RewardPanel panel = new RewardPanel(List.of(member), new Normalisation.None(), PARALLEL, 16)) {
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                long start = System.nanoTime();
                PanelResult result = panel.score(batch, 0);
                double seconds = (System.nanoTime() - start) * 1e-9;
                requireHalfRight(contest, result, samples);
                if (round >= 0) {
                    perSecond[round] = samples / seconds;
                }
            }
        }
        Arrays.sort(perSecond);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", contest.name());
        row.put("samplesPerRound", samples);
        row.put("medianSamplesPerSecond", perSecond[ROUNDS / 2]);
        row.put("lowest", perSecond[0]);
        row.put("highest", perSecond[ROUNDS - 1]);
        rows.add(row);
        System.out.printf(
                Locale.ROOT,
                "%-32s %,12.0f samples/s (%,.0f to %,.0f)%n",
                contest.name(),
                perSecond[ROUNDS / 2],
                perSecond[0],
                perSecond[ROUNDS - 1]);
    }

    /** A benchmark of a reward that fails would be a fast one. */
    private static void requireHalfRight(Contest contest, PanelResult result, int samples) {
        MemberCounts counts = counts(result);
        long full = result.groups().stream()
                .flatMap(List::stream)
                .filter(row -> row.total().value() >= 1 - 1e-9)
                .count();
        if (counts.scored() != samples || full != samples / 2) {
            throw new IllegalStateException(
                    contest.name() + ": " + full + " of " + samples + " samples scored fully, must be half; " + counts);
        }
    }

    private static MemberCounts counts(PanelResult result) {
        return result.counts().values().iterator().next();
    }

    /** One sample of a batch hangs, heeding interruption or not; the rest takes next to no time. */
    private static List<Map<String, Object>> hanging() throws InterruptedException {
        List<Map<String, Object>> found = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        found.add(hanging("sleeps, heeds interruption", () -> Thread.sleep(60_000)));
        found.add(hanging("computes, heeds nothing", () -> {
            while (end.getCount() > 0) {
                Thread.onSpinWait();
            }
        }));
        end.countDown();
        return found;
    }

    /** What a hanging reward does. */
    private interface Hang {
        void hang() throws InterruptedException;
    }

    private static Map<String, Object> hanging(String name, Hang hang) throws InterruptedException {
        Reward reward = Reward.named("hanging", sample -> {
            if (sample.completion().equals("hang")) {
                hang.hang();
            }
            return Score.of(1);
        });
        TaskRecord task = TaskRecord.of("t", "?");
        List<RewardSample> group = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            group.add(RewardSample.of(task, i == 20 ? "hang" : "go on"));
        }
        PanelMember member = PanelMember.ofSample(reward).within(DEADLINE);
        try (RewardPanel panel = new RewardPanel(List.of(member), new Normalisation.None(), PARALLEL, 16)) {
            long start = System.nanoTime();
            PanelResult result = panel.score(List.of(group), 0);
            double millis = (System.nanoTime() - start) * 1e-6;
            return row(name, millis, counts(result), result.abandonedThreads());
        }
    }

    private static Map<String, Object> row(String name, double millis, MemberCounts counts, int abandoned) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("deadlineMillis", DEADLINE.toMillis());
        row.put("batchMillis", millis);
        row.put("scored", counts.scored());
        row.put("timedOut", counts.timedOut());
        row.put("abandonedThreads", abandoned);
        System.out.printf(
                Locale.ROOT,
                "%-32s batch of 64 in %.0f ms at a deadline of %d ms, %d scored, %d late, %d threads abandoned%n",
                name,
                millis,
                DEADLINE.toMillis(),
                counts.scored(),
                counts.timedOut(),
                abandoned);
        return row;
    }
}
