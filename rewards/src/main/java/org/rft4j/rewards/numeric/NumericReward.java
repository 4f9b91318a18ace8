package org.rft4j.rewards.numeric;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.answer.FoundAnswer;
import org.rft4j.rewards.answer.Reveal;
import org.rft4j.rewards.answer.SurfaceForms;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.numeric.NumericOptions.UnitRule;
import org.rft4j.rewards.units.Unit;

/**
 * 1 if the final answer is the expected number, within a tolerance and in any unit of the same kind, else 0. For answers that are
 * formulas take {@code MathsReward}.
 *
 * <p>Components: {@code answered}, and {@code read} for an answer that is a number. Diagnostics: {@code answer}, {@code value}.
 */
public final class NumericReward implements VerifiableReward {
    private static final int MOST_POWERS = 9;

    private final NumericOptions options;

    /**
     * Makes the reward.
     *
     * @param options where answers stand and how far they may be apart
     */
    public NumericReward(NumericOptions options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "numeric";
    }

    private Quantity gold(TaskRecord task) {
        String text = options.source().gold(task);
        return Quantity.parse(text)
                .orElseThrow(() -> new InvalidInputException(
                        "expected answer of task " + task.id(),
                        "'" + text + "'",
                        "must be a number with or without a unit",
                        "use MathsReward for formulas"));
    }

    @Override
    public Score score(RewardSample sample) {
        Quantity gold = gold(sample.task());
        Optional<FoundAnswer> found = options.source().answer(sample);
        return found.map(answer -> score(gold, answer))
                .orElseGet(() -> options.source().missing(name()).withComponent("read", 0));
    }

    private Score score(Quantity gold, FoundAnswer answer) {
        Quantity given = Quantity.parse(answer.text()).orElse(null);
        Score score = Score.of(0).withComponent("answered", 1).withDiagnostic("answer", answer.text());
        if (given == null) {
            return score.withComponent("read", 0)
                    .withFeedback(
                            Feedback.negative("the answer is no number", name()).at(answer.span()));
        }
        String fault = fault(gold, given);
        Score read = score.withComponent("read", 1)
                .withDiagnostic("value", given.value().toString());
        return fault.isEmpty()
                ? read.withValue(1)
                : read.withFeedback(Feedback.negative(said(fault, answer.text(), gold), name())
                        .at(answer.span()));
    }

    private String said(String fault, String answer, Quantity gold) {
        return switch (options.reveal()) {
            case NOTHING -> "the answer is wrong";
            case HINT -> "the answer " + answer + " " + fault;
            case ANSWER -> "the answer is " + gold.value() + ", not " + answer;
        };
    }

    /** What is wrong, or nothing. */
    private String fault(Quantity gold, Quantity given) {
        Unit expected = options.units() == UnitRule.IGNORED ? null : gold.unit();
        Unit unit = options.units() == UnitRule.IGNORED ? null : given.unit();
        if (expected != null && unit == null && options.units() == UnitRule.REQUIRED) {
            return "has no unit";
        }
        if (expected != null && unit != null && !expected.isComparable(unit)) {
            return "has a unit of another kind than expected";
        }
        Rational value = expected != null && unit != null ? given.in(expected) : given.value();
        Rational apart = value.minus(gold.value()).abs();
        Rational share = options.relative().times(gold.value().abs());
        boolean near = apart.compareTo(options.absolute()) <= 0 || apart.compareTo(share) <= 0;
        return near ? "" : direction(gold.value(), value);
    }

    private String direction(Rational gold, Rational value) {
        if (options.reveal() != Reveal.HINT || gold.signum() == 0 || value.signum() == 0) {
            return "is not what was expected";
        }
        Rational factor = value.over(gold);
        if (factor.equals(Rational.of(-1))) {
            return "has the wrong sign";
        }
        Rational large = factor.abs().compareTo(Rational.ONE) < 0 ? Rational.ONE.over(factor) : factor;
        Rational power = Rational.ONE;
        for (int i = 0; i < MOST_POWERS; i++) {
            power = power.times(Rational.of(10));
            if (power.equals(large)) {
                return "differs from what was expected by a factor of " + power;
            }
        }
        return value.compareTo(gold) < 0 ? "is too small" : "is too large";
    }

    @Override
    public List<String> right(TaskRecord task) {
        gold(task);
        List<String> texts = new ArrayList<>();
        for (String form : SurfaceForms.same(options.source().gold(task))) {
            texts.add("Working.\n" + options.source().inCompletion().written(form));
        }
        return texts;
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        Quantity gold = gold(task);
        Rational far =
                gold.value().abs().plus(options.absolute()).plus(Rational.ONE).times(Rational.of(3));
        List<String> texts =
                new ArrayList<>(List.of("", options.source().inCompletion().written("")));
        for (Rational wrong : List.of(gold.value().plus(far), gold.value().minus(far))) {
            texts.add(options.source().inCompletion().written(wrong + " " + gold.label()));
        }
        texts.add(options.source().inCompletion().written("unknown"));
        return texts;
    }
}
