package org.rft4j.rewards.repetition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.Check;

/**
 * A penalty on each token of an n-gram of tokens that has occurred before; its first occurrence is free. Tokens of overlapping repeats are
 * punished once. The score's value is 0: the penalties are its {@code perToken}, and their sum the component {@code repetition}. Tokens
 * are the same if their texts are.
 *
 * <p>"Demystifying Long Chain-of-Thought Reasoning in LLMs" (arXiv 2502.03373), the dense form.
 *
 * @param n tokens of an n-gram; the paper's script takes 40
 * @param penalty on each token, positive; the paper's script takes 0.05
 */
public record RepeatedTokens(int n, double penalty) implements Reward {
    /** Checks the numbers. */
    public RepeatedTokens {
        Check.that(n >= 1, "n", n, "must be at least 1", "use 40");
        Check.that(penalty > 0 && Double.isFinite(penalty), "penalty", penalty, "must be positive", "use 0.05");
    }

    @Override
    public Score score(RewardSample sample) {
        List<String> tokens = new ArrayList<>();
        for (CharSpan span : sample.knownSpans()) {
            tokens.add(sample.completion().substring(span.start(), span.end()));
        }
        Double[] perToken = new Double[tokens.size()];
        Arrays.fill(perToken, 0.0);
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i + n <= tokens.size(); i++) {
            if (!seen.add(tokens.subList(i, i + n))) {
                Arrays.fill(perToken, i, i + n, -penalty);
            }
        }
        double sum = Arrays.stream(perToken).mapToDouble(p -> p).sum();
        return Score.of(0).withPerToken(List.of(perToken)).withComponent("repetition", sum);
    }

    @Override
    public String name() {
        return "repeatedTokens";
    }
}
