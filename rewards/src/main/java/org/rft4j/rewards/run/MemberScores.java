package org.rft4j.rewards.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.run.DeadlinePool.TimedCall;

/** What one member of a panel said of every sample of a batch. */
final class MemberScores {
    private final PanelMember member;
    private final List<List<RewardSample>> groups;
    private final List<@Nullable Score[]> scores = new ArrayList<>();
    private final List<@Nullable String[]> problems = new ArrayList<>();
    private int threw;
    private int timedOut;

    MemberScores(PanelMember member, List<List<RewardSample>> groups) {
        this.member = member;
        this.groups = groups;
        for (List<RewardSample> group : groups) {
            scores.add(new @Nullable Score[group.size()]);
            problems.add(new @Nullable String[group.size()]);
        }
    }

    /** What is to be asked: each sample by itself, or each group. */
    List<TimedCall<List<Score>>> calls() {
        List<TimedCall<List<Score>>> calls = new ArrayList<>();
        for (List<RewardSample> group : groups) {
            if (member.asked() instanceof PanelMember.Asked.EachSample each) {
                for (RewardSample sample : group) {
                    calls.add(call(() -> Collections.singletonList(each.reward().score(sample))));
                }
            } else {
                GroupReward reward = ((PanelMember.Asked.EachGroup) member.asked()).reward();
                calls.add(call(() -> requireOnePerSample(reward.score(group), group.size())));
            }
        }
        return calls;
    }

    private TimedCall<List<Score>> call(Callable<List<Score>> work) {
        return new TimedCall<>(work, member.deadline());
    }

    /** What came of the calls, in their order. */
    void take(List<CallOutcome<List<Score>>> outcomes) {
        boolean each = member.asked() instanceof PanelMember.Asked.EachSample;
        int next = 0;
        for (int g = 0; g < groups.size(); g++) {
            for (int i = 0; i < groups.get(g).size(); i++) {
                CallOutcome<Score> outcome = each ? ofSample(outcomes.get(next++), 0) : ofSample(outcomes.get(g), i);
                keep(g, i, groups.get(g).get(i), outcome);
            }
        }
    }

    private static CallOutcome<Score> ofSample(CallOutcome<List<Score>> group, int i) {
        if (group instanceof CallOutcome.Returned<List<Score>> returned) {
            return new CallOutcome.Returned<>(returned.value().get(i));
        }
        return group instanceof CallOutcome.Threw<List<Score>> bad
                ? new CallOutcome.Threw<>(bad.cause())
                : new CallOutcome.TimedOut<>();
    }

    private static List<Score> requireOnePerSample(@Nullable List<Score> scores, int samples) {
        if (scores == null || scores.size() != samples) {
            throw new IllegalStateException("number of scores was " + (scores == null ? "null" : scores.size())
                    + ", must be that of the samples " + samples + "; return one score per sample, in order");
        }
        return scores;
    }

    private void keep(int g, int i, RewardSample sample, CallOutcome<Score> outcome) {
        if (outcome instanceof CallOutcome.Returned<Score> returned && returned.value() != null) {
            scores.get(g)[i] = returned.value();
            return;
        }
        @Nullable Throwable cause = outcome instanceof CallOutcome.Threw<Score> bad ? bad.cause() : null;
        boolean late = outcome instanceof CallOutcome.TimedOut<Score>;
        threw += late ? 0 : 1;
        timedOut += late ? 1 : 0;
        fail(g, i, problem(sample, cause, late), cause);
    }

    private String problem(RewardSample sample, @Nullable Throwable cause, boolean late) {
        String what = late
                ? "did not come back within " + member.deadline()
                : cause == null ? "gave back null, must give a score" : "threw " + cause;
        return "reward '" + member.name() + "' " + what + " on task "
                + sample.task().id();
    }

    private void fail(int g, int i, String problem, @Nullable Throwable cause) {
        FailurePolicy policy = member.onFailure();
        if (policy instanceof FailurePolicy.Abort) {
            throw cause == null ? new RewardFailedException(problem) : new RewardFailedException(problem, cause);
        }
        if (policy instanceof FailurePolicy.WorstScore worst) {
            scores.get(g)[i] = Score.of(worst.value()).withDiagnostic("failed", problem);
        } else {
            problems.get(g)[i] = problem;
        }
    }

    /** The score, empty where the member failed and the sample is to be left out. */
    Optional<Score> at(int g, int i) {
        return Optional.ofNullable(scores.get(g)[i]);
    }

    @Nullable
    String problem(int g, int i) {
        return problems.get(g)[i];
    }

    /** Values of all applicable scores, in order. */
    List<Double> applicableValues() {
        List<Double> values = new ArrayList<>();
        scores.forEach(group -> values.addAll(applicable(group)));
        return values;
    }

    /** Values by group and sample, each passed through the function that its group gives; 0 where there is none. */
    List<double[]> mapGroups(Function<List<Double>, DoubleUnaryOperator> ofGroup) {
        List<double[]> mapped = new ArrayList<>();
        for (@Nullable Score[] group : scores) {
            DoubleUnaryOperator function = ofGroup.apply(applicable(group));
            double[] values = new double[group.length];
            for (int i = 0; i < group.length; i++) {
                Score score = group[i];
                values[i] = score == null || !score.applicable() ? 0 : function.applyAsDouble(score.value());
            }
            mapped.add(values);
        }
        return mapped;
    }

    MemberCounts counts() {
        List<Double> values = applicableValues();
        int said = (int) scores.stream()
                .flatMap(Arrays::stream)
                .filter(score -> score != null)
                .count();
        double mean = values.stream().mapToDouble(v -> v).average().orElse(0);
        return new MemberCounts(values.size(), said - values.size(), threw, timedOut, mean);
    }

    private static List<Double> applicable(@Nullable Score[] group) {
        List<Double> values = new ArrayList<>();
        for (Score score : group) {
            if (score != null && score.applicable()) {
                values.add(score.value());
            }
        }
        return values;
    }
}
