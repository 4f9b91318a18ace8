package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.answer.FoundAnswer;
import org.rft4j.rewards.answer.SurfaceForms;

/**
 * 1 if the final answer of a completion is the expected one, mathematically, else 0. An undecided comparison scores 0.
 *
 * <p>Components: {@code answered} and {@code undecided}, 0 or 1. Diagnostics: {@code answer} as it was found, {@code verdict},
 * {@code reason}. Feedback says what is missing or, as far as the options allow, in which way the answer is wrong.
 */
public final class MathsReward implements VerifiableReward {
    private final MathsRewardOptions options;
    private final MathsEquivalence equivalence;

    /**
     * Makes the reward.
     *
     * @param options where answers stand and how they are compared
     */
    public MathsReward(MathsRewardOptions options) {
        this.options = options;
        equivalence = new MathsEquivalence(options.comparison());
    }

    @Override
    public String name() {
        return "maths";
    }

    @Override
    public Score score(RewardSample sample) {
        String gold = options.source().gold(sample.task());
        Optional<FoundAnswer> found = options.source().answer(sample);
        return found.map(answer -> score(gold, answer))
                .orElseGet(() -> options.source().missing(name()).withComponent("undecided", 0));
    }

    private Score score(String gold, FoundAnswer answer) {
        Verdict verdict = equivalence.compare(gold, answer.text());
        boolean worked = !options.evaluated()
                || Evaluated.allows(gold, answer.text(), options.comparison().limits());
        Score score = Score.of(verdict.isEqual() && worked)
                .withComponent("answered", 1)
                .withComponent("undecided", verdict.kind() == Verdict.Kind.UNDECIDED ? 1 : 0)
                .withDiagnostic("answer", answer.text())
                .withDiagnostic("verdict", verdict.kind().name())
                .withDiagnostic("reason", verdict.reason());
        if (score.value() == 1) {
            return score;
        }
        String said = verdict.isEqual()
                ? "the answer is not worked out: write the number"
                : wrong(gold, answer.text(), verdict);
        return score.withFeedback(Feedback.negative(said, name()).at(answer.span()));
    }

    private String wrong(String gold, String answer, Verdict verdict) {
        return switch (options.reveal()) {
            case NOTHING -> "the answer is wrong";
            case HINT -> "the answer " + shown(answer) + " " + new MathsHints(equivalence).of(gold, answer, verdict);
            case ANSWER -> "the answer is " + gold + ", not " + shown(answer);
        };
    }

    private static String shown(String answer) {
        return answer.length() > 60 ? answer.substring(0, 57) + "..." : answer;
    }

    @Override
    public List<String> right(TaskRecord task) {
        List<String> texts = new ArrayList<>();
        for (String form : SurfaceForms.same(options.source().gold(task))) {
            texts.add("We work it out step by step.\n"
                    + options.source().inCompletion().written(form));
        }
        return texts;
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        List<String> texts =
                new ArrayList<>(List.of("", options.source().inCompletion().written("")));
        for (String other : SurfaceForms.others(options.source().gold(task))) {
            texts.add(options.source().inCompletion().written(other));
        }
        return texts;
    }
}
