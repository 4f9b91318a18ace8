package org.rft4j.rewards.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.rewards.group.WinRate;

/**
 * Prefers one of two answers. It is asked in both orders, because models prefer what comes first (or last): the preference is the mean of
 * both verdicts, so one that changes with the order counts as a draw. How often that happens is counted.
 */
public final class PairwiseJudge implements WinRate.Comparison {
    private final Judge judge;
    private final JudgePrompt prompt;
    private final AtomicLong compared = new AtomicLong();
    private final AtomicLong inconsistent = new AtomicLong();

    /**
     * A judge with this package's prompt.
     *
     * @param judge the model
     */
    public PairwiseJudge(Judge judge) {
        this(judge, JudgePrompt.resource("pairwise.txt"));
    }

    /**
     * A judge with a prompt of one's own.
     *
     * @param judge the model
     * @param prompt with the places {@code task}, {@code first} and {@code second}
     */
    public PairwiseJudge(Judge judge, JudgePrompt prompt) {
        this.judge = judge;
        this.prompt = prompt;
    }

    /**
     * What the judge did so far.
     *
     * @param compared pairs
     * @param inconsistent pairs of which another was preferred when they changed places
     */
    public record Counts(long compared, long inconsistent) {}

    @Override
    public double preference(RewardSample one, RewardSample other) throws Exception {
        double inOrder = first(one, other);
        double swapped = 1 - first(other, one);
        compared.incrementAndGet();
        if (Math.abs(inOrder - swapped) == 1) {
            inconsistent.incrementAndGet();
        }
        return (inOrder + swapped) / 2;
    }

    /**
     * How often the judge contradicted itself.
     *
     * @return counts so far
     */
    public Counts counts() {
        return new Counts(compared.get(), inconsistent.get());
    }

    private double first(RewardSample first, RewardSample second) throws Exception {
        String question = prompt.fill(
                Map.of(),
                Map.of("task", Asked.text(first.task()), "first", first.completion(), "second", second.completion()));
        return judge.ask(question, PairwiseJudge::verdict);
    }

    private static Optional<Double> verdict(JsonNode answer) {
        if (!answer.isObject() || answer.size() != 1 || !answer.path("better").isTextual()) {
            return Optional.empty();
        }
        return switch (answer.path("better").textValue()) {
            case "first" -> Optional.of(1.0);
            case "second" -> Optional.of(0.0);
            case "equal" -> Optional.of(0.5);
            default -> Optional.empty();
        };
    }
}
