package org.rft4j.rewards;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.Rft4jException;

/** Tries a reward on what it must accept and must not accept, for each row of a data set, before training begins. */
public final class SelfCheck {
    private static final Pattern WORD = Pattern.compile("\\S+");

    private SelfCheck() {}

    /**
     * Checks one task.
     *
     * @param reward the reward
     * @param task a row of the data set
     * @return what was found
     */
    public static SelfCheckReport run(VerifiableReward reward, TaskRecord task) {
        return run(reward, List.of(task));
    }

    /**
     * Checks a data set, row by row, in the calling thread.
     *
     * @param reward the reward
     * @param tasks the rows
     * @return what was found
     */
    public static SelfCheckReport run(VerifiableReward reward, Iterable<TaskRecord> tasks) {
        List<SelfCheckReport.Failure> failures = new ArrayList<>();
        long count = 0;
        long unchecked = 0;
        for (TaskRecord task : tasks) {
            count++;
            try {
                List<String> right = reward.right(task);
                unchecked += right.isEmpty() ? 1 : 0;
                right.forEach(text -> check(reward, task, text, true, failures));
                reward.wrong(task).forEach(text -> check(reward, task, text, false, failures));
            } catch (RuntimeException e) {
                String why = e instanceof Rft4jException ? e.getMessage() : e.toString();
                failures.add(new SelfCheckReport.Failure(task.id(), "", "cannot be read: " + why));
            }
        }
        return new SelfCheckReport(reward.name(), count, unchecked, failures);
    }

    private static void check(
            VerifiableReward reward,
            TaskRecord task,
            String text,
            boolean right,
            List<SelfCheckReport.Failure> failures) {
        String said = verdict(reward, task, text, right);
        if (!said.isEmpty()) {
            failures.add(new SelfCheckReport.Failure(task.id(), text, said));
        }
    }

    private static String verdict(VerifiableReward reward, TaskRecord task, String text, boolean right) {
        try {
            Score score = reward.score(sample(task, text));
            double full = reward.fullScore();
            if (right) {
                return score.applicable() && score.value() == full
                        ? ""
                        : "a right completion scored " + shown(score) + ", must score " + full;
            }
            return !score.applicable() || score.value() < full
                    ? ""
                    : "a wrong completion scored " + shown(score) + ", must score less than " + full;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "scoring was interrupted";
        } catch (Exception e) {
            return "scoring failed: " + e;
        }
    }

    /** Rewards that count tokens see words as tokens. */
    private static RewardSample sample(TaskRecord task, String text) {
        List<CharSpan> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(new CharSpan(matcher.start(), matcher.end()));
        }
        return RewardSample.of(task, text).withTokenSpans(words);
    }

    private static String shown(Score score) {
        return score.applicable() ? String.valueOf(score.value()) : "nothing (not applicable)";
    }
}
