package org.rft4j.rewards.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/**
 * Points by a rubric: the sum of the items' integer points over the most that they give, between 0 and 1. Components hold each item's
 * share.
 *
 * @param judge the model
 * @param rubric what it looks at; asked for anew with each sample, so that it can evolve
 * @param prompt with the places {@code task}, {@code rubric} and {@code answer}
 */
public record RubricJudge(Judge judge, Supplier<Rubric> rubric, JudgePrompt prompt) implements Reward {
    /**
     * A judge with this package's prompt.
     *
     * @param judge the model
     * @param rubric what it looks at
     * @return the reward
     */
    public static RubricJudge of(Judge judge, Rubric rubric) {
        return new RubricJudge(judge, () -> rubric, JudgePrompt.resource("rubric.txt"));
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        Rubric now = rubric.get();
        String question = prompt.fill(
                Map.of("rubric", now.listed()),
                Map.of("task", Asked.text(sample.task()), "answer", sample.completion()));
        Map<String, Integer> points = judge.ask(question, answer -> points(answer, now));
        int sum = points.values().stream().mapToInt(p -> p).sum();
        Score score = Score.of((double) sum / now.points());
        for (Rubric.Item item : now.items()) {
            score = score.withComponent(item.id(), (double) points.getOrDefault(item.id(), 0) / item.points());
        }
        return score;
    }

    /** Exactly the rubric's items, each an integer in its range. */
    private static Optional<Map<String, Integer>> points(JsonNode answer, Rubric rubric) {
        if (!answer.isObject() || answer.size() != rubric.items().size()) {
            return Optional.empty();
        }
        Map<String, Integer> points = new LinkedHashMap<>();
        for (Rubric.Item item : rubric.items()) {
            JsonNode given = answer.path(item.id());
            if (!given.isInt() || given.intValue() < 0 || given.intValue() > item.points()) {
                return Optional.empty();
            }
            points.put(item.id(), given.intValue());
        }
        return Optional.of(points);
    }

    @Override
    public String name() {
        return "rubricJudge";
    }
}
