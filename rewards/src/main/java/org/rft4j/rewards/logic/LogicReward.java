package org.rft4j.rewards.logic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.FoundAnswer;
import org.rft4j.rewards.answer.Reveal;

/**
 * 1 if the answer is a propositional formula that means the same as the expected one, else 0.
 *
 * <p>Components: {@code answered}, and {@code read} for an answer that is a formula. Diagnostics: {@code answer}. A hint names a
 * row of the truth table in which the two differ.
 */
public final class LogicReward implements VerifiableReward {
    private final AnswerSource source;
    private final Reveal reveal;

    /**
     * Makes the reward.
     *
     * @param source where the formulas stand
     * @param reveal how much feedback may give away
     */
    public LogicReward(AnswerSource source, Reveal reveal) {
        this.source = source;
        this.reveal = reveal;
    }

    @Override
    public String name() {
        return "logic";
    }

    @Override
    public Score score(RewardSample sample) {
        String gold = source.gold(sample.task());
        Optional<FoundAnswer> found = source.answer(sample);
        return found.map(answer -> score(gold, answer))
                .orElseGet(() -> source.missing(name()).withComponent("read", 0));
    }

    private Score score(String gold, FoundAnswer answer) {
        LogicEquivalence.Result result = LogicEquivalence.compare(gold, answer.text());
        Score score = Score.of(result.equivalent())
                .withComponent("answered", 1)
                .withComponent("read", result.fault().isEmpty() ? 1 : 0)
                .withDiagnostic("answer", answer.text());
        return result.equivalent()
                ? score
                : score.withFeedback(
                        Feedback.negative(said(result, gold), name()).at(answer.span()));
    }

    private String said(LogicEquivalence.Result result, String gold) {
        if (!result.fault().isEmpty()) {
            return result.fault();
        }
        return switch (reveal) {
            case NOTHING -> "the formula is wrong";
            case HINT -> "the formula is wrong where " + result.counterexample();
            case ANSWER -> "the formula is not equivalent to " + gold;
        };
    }

    @Override
    public List<String> right(TaskRecord task) {
        String gold = source.gold(task);
        List<String> texts = new ArrayList<>();
        for (String form : List.of(gold, "(" + gold + ")", "not not (" + gold + ")", "(" + gold + ") and true")) {
            texts.add(source.inCompletion().written(form));
        }
        return texts;
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        String gold = source.gold(task);
        List<String> texts = new ArrayList<>(List.of("", source.inCompletion().written("")));
        texts.add(source.inCompletion().written("not (" + gold + ")"));
        texts.add(source.inCompletion().written(gold + " ("));
        return texts;
    }
}
