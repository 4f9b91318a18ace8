package org.rft4j.core.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.RewardScorer.Scored;
import org.rft4j.core.reward.RewardTally;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.Finding;

/**
 * Asks rewards about answers before a run. The scorer's state is afterwards what it was before.
 *
 * @param scorer the run's
 * @param slow longer than this per sample is worth a warning
 * @param nanoTime a clock, {@code System::nanoTime}
 */
public record RewardCheck(RewardScorer scorer, Duration slow, LongSupplier nanoTime) {
    /** What came of a batch. */
    private record Asked(Optional<Scored> scored, String problem, double secondsPerSample) {}

    /**
     * Asks about answers that should earn something, and about the empty answer to the same tasks.
     *
     * @param right answers that are known to be good, at least one
     * @return what was seen
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Checked right(List<RewardSample> right) throws InterruptedException {
        List<RewardSample> empty =
                right.stream().map(one -> RewardSample.of(one.task(), "")).toList();
        String name = "reward, sample answers";
        Asked asked = ask(List.of(right, empty));
        if (asked.scored().isEmpty()) {
            return new Checked(name, "threw", List.of(threw(asked)));
        }
        Scored scored = asked.scored().get();
        List<Score> good = scored.scores().get(0);
        List<Score> none = scored.scores().get(1);
        List<Finding> findings = new ArrayList<>(common(scored, good, asked));
        if (findings.stream().noneMatch(finding -> finding.level() == Finding.Level.ERROR)) {
            notBetter(right, good, none).ifPresent(findings::add);
        }
        return new Checked(name, good.size() + " earn " + range(good) + ", empty ones " + range(none), findings);
    }

    /**
     * Asks about what the policy writes as it is.
     *
     * @param written completions, those of a task together
     * @return what was seen
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Checked written(List<List<RewardSample>> written) throws InterruptedException {
        String name = "reward, policy's answers";
        Asked asked = ask(written);
        if (asked.scored().isEmpty()) {
            return new Checked(name, "threw", List.of(threw(asked)));
        }
        Scored scored = asked.scored().get();
        List<Score> all = scored.scores().stream().flatMap(List::stream).toList();
        List<Finding> findings = new ArrayList<>(common(scored, all, asked));
        boolean signal = scored.scores().stream()
                .anyMatch(group -> values(group).distinct().count() > 1);
        if (!signal && all.stream().anyMatch(Score::applicable)) {
            findings.add(Checked.warning(
                    "rewards_all_equal",
                    "within each of " + written.size() + " groups all answers of the policy earned the same, "
                            + range(all)
                            + ": nothing can be learned from them; ask easier or harder tasks, sample more per task, or let the "
                            + "reward tell answers apart that are nearly right"));
        }
        return new Checked(name, all.size() + " earn " + range(all), findings);
    }

    private Asked ask(List<List<RewardSample>> groups) throws InterruptedException {
        JsonNode before = scorer.state();
        long samples = groups.stream().mapToLong(List::size).sum();
        long start = nanoTime.getAsLong();
        try {
            Scored scored = scorer.score(groups, 0);
            double seconds = (nanoTime.getAsLong() - start) * 1e-9;
            return new Asked(Optional.of(scored), "", seconds / Math.max(1, samples));
        } catch (RuntimeException e) {
            return new Asked(Optional.empty(), e.toString(), 0);
        } finally {
            scorer.restore(before);
        }
    }

    private static Finding threw(Asked asked) {
        return Checked.error("reward_throws", "scoring ended with " + asked.problem() + "; the run would end so too");
    }

    private List<Finding> common(Scored scored, List<Score> scores, Asked asked) {
        List<Finding> findings = new ArrayList<>();
        if (scores.stream().noneMatch(Score::applicable)) {
            findings.add(Checked.error(
                    "reward_not_applicable",
                    "none of " + scores.size() + " answers has an applicable score" + firstReason(scores)
                            + "; check the columns that the reward takes"));
        }
        double failed = count(scored.metrics(), RewardTally.FAILED) + count(scored.metrics(), RewardTally.TIMED_OUT);
        if (failed > 0) {
            findings.add(Checked.warning(
                    "reward_fails",
                    "rewards failed or were too late " + (long) failed + " times"
                            + firstReason(scored.scores().stream()
                                    .flatMap(List::stream)
                                    .toList()) + "; such samples are not trained on"));
        }
        double limit = slow.toNanos() * 1e-9;
        if (asked.secondsPerSample() > limit) {
            findings.add(Checked.warning(
                    "reward_slow",
                    String.format(
                            Locale.ROOT,
                            "a sample took %.3f s to score, more than %.3f s: steps will wait for rewards; score side by side "
                                    + "in a RewardPanel, or make the reward faster",
                            asked.secondsPerSample(),
                            limit)));
        }
        return findings;
    }

    private static Optional<Finding> notBetter(List<RewardSample> right, List<Score> good, List<Score> none) {
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < good.size(); i++) {
            if (good.get(i).applicable()
                    && none.get(i).applicable()
                    && good.get(i).value() <= none.get(i).value()) {
                tasks.add(right.get(i).task().id());
            }
        }
        if (tasks.isEmpty()) {
            return Optional.empty();
        }
        String text = tasks.size() + " of " + good.size()
                + " sample answers earn no more than the empty answer, such as that of task " + tasks.get(0)
                + "; look at how the reward takes the answer out of the text and what it compares it with";
        return Optional.of(
                tasks.size() == good.size()
                        ? Checked.error("reward_blind", text)
                        : Checked.warning("reward_blind", text));
    }

    private static double count(Map<String, Double> metrics, String what) {
        return metrics.entrySet().stream()
                .filter(metric -> metric.getKey().startsWith(RewardTally.PREFIX)
                        && metric.getKey().endsWith("/" + what))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private static String firstReason(List<Score> scores) {
        return scores.stream()
                .filter(score -> !score.applicable())
                .flatMap(score -> Optional.ofNullable(score.diagnostics().get("notApplicable")).stream())
                .findFirst()
                .map(reason -> ", such as: " + reason)
                .orElse("");
    }

    private static DoubleStream values(List<Score> scores) {
        return scores.stream().filter(Score::applicable).mapToDouble(Score::value);
    }

    private static String range(List<Score> scores) {
        if (values(scores).findAny().isEmpty()) {
            return "nothing";
        }
        double least = values(scores).min().orElse(0);
        double most = values(scores).max().orElse(0);
        return least == most
                ? String.format(Locale.ROOT, "%.3f", least)
                : String.format(Locale.ROOT, "%.3f to %.3f", least, most);
    }
}
