package org.rft4j.rewards.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.length.LengthUnit;

/**
 * Asks a model whether an answer means the same as the reference, for answers that no rule can compare. The model is not asked where no
 * answer can be found.
 *
 * <p>General-Reasoner (arXiv 2505.14652). Differences: the verdict is JSON, lengths are counted in words, and an answer that cannot be
 * found is never sent to the verifier, which may say yes to anything.
 *
 * @param judge the model
 * @param column the task's reference answer
 * @param answer takes the answer out of a completion; empty if there is none
 * @param options what each outcome is worth
 * @param prompt with the places {@code task}, {@code reference} and {@code answer}
 */
public record ReferenceVerifier(
        Judge judge,
        String column,
        Function<RewardSample, Optional<String>> answer,
        Options options,
        JudgePrompt prompt)
        implements Reward {
    /**
     * Options.
     *
     * @param noAnswer what a completion without an answer earns
     * @param perWord what each word of difference in length costs a right answer
     * @param mostWords how many words of difference count
     */
    public record Options(double noAnswer, double perWord, int mostWords) {
        /** 1 or 0. */
        public static final Options PLAIN = new Options(0, 0, 0);

        /** The paper's: -0.5 without an answer, 0.05 for each word, up to 10. */
        public static final Options GENERAL_REASONER = new Options(-0.5, 0.05, 10);

        /** Checks the numbers. */
        public Options {
            Check.that(Double.isFinite(noAnswer), "noAnswer", noAnswer, "must be finite", "use 0");
            Check.that(
                    perWord >= 0 && mostWords >= 0,
                    "perWord and mostWords",
                    perWord + " and " + mostWords,
                    "must be at least 0",
                    "use 0 to leave length alone");
        }
    }

    /**
     * A verifier with this package's prompt.
     *
     * @param judge the model
     * @param column the task's reference answer
     * @param answer takes the answer out of a completion
     * @return the reward
     */
    public static ReferenceVerifier of(Judge judge, String column, Function<RewardSample, Optional<String>> answer) {
        return new ReferenceVerifier(judge, column, answer, Options.PLAIN, JudgePrompt.resource("reference.txt"));
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        Optional<String> found = answer.apply(sample).filter(text -> !text.isBlank());
        if (found.isEmpty()) {
            return Score.of(options.noAnswer()).withDiagnostic("verifier", "not asked: there is no answer");
        }
        String reference = sample.task().text(column);
        String question = prompt.fill(
                Map.of(), Map.of("task", Asked.text(sample.task()), "reference", reference, "answer", found.get()));
        boolean same = judge.ask(question, ReferenceVerifier::verdict);
        int difference = Math.abs(words(sample, found.get()) - words(sample, reference));
        double penalty = options.perWord() * Math.min(difference, options.mostWords());
        return Score.of(same ? 1 - penalty : 0).withComponent("same", same ? 1 : 0);
    }

    private static int words(RewardSample sample, String text) {
        return LengthUnit.WORDS.of(RewardSample.of(sample.task(), text));
    }

    private static Optional<Boolean> verdict(JsonNode answer) {
        return answer.isObject() && answer.size() == 1 && answer.path("same").isBoolean()
                ? Optional.of(answer.path("same").booleanValue())
                : Optional.empty();
    }

    @Override
    public String name() {
        return "referenceVerifier";
    }
}
