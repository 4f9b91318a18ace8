package org.rft4j.rewards.arithmetic;

import java.math.BigDecimal;
import java.math.BigInteger;
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
import org.rft4j.rewards.exact.Rational;

/**
 * The countdown game: 1 if an expression of the given numbers comes to the target, else 0 or what the options give for a miss. An
 * equals sign with the right value may follow.
 *
 * <p>Components: {@code answered}, and {@code numbers} for an expression that uses the numbers as it must. Diagnostics:
 * {@code answer}, {@code value}.
 */
public final class CountdownReward implements VerifiableReward {
    private final CountdownOptions options;

    /**
     * Makes the reward.
     *
     * @param options where the game stands and what a miss earns
     */
    public CountdownReward(CountdownOptions options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "countdown";
    }

    private List<BigInteger> numbers(TaskRecord task) {
        Object value = task.value(options.numbersColumn());
        List<BigInteger> numbers = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object item : list) {
                numbers.add(whole(task, options.numbersColumn(), item));
            }
        }
        if (numbers.isEmpty()) {
            throw new InvalidInputException(
                    "column '" + options.numbersColumn() + "' of task " + task.id(),
                    value,
                    "must list at least one whole number",
                    "name the right column with CountdownOptions");
        }
        return numbers;
    }

    private BigInteger target(TaskRecord task) {
        return whole(task, options.targetColumn(), task.value(options.targetColumn()));
    }

    private static BigInteger whole(TaskRecord task, String column, Object value) {
        try {
            return new BigDecimal(String.valueOf(value)).toBigIntegerExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new InvalidInputException(
                    "column '" + column + "' of task " + task.id(),
                    value,
                    "must hold whole numbers",
                    "countdown is played with whole numbers");
        }
    }

    @Override
    public Score score(RewardSample sample) {
        List<BigInteger> given = numbers(sample.task());
        BigInteger target = target(sample.task());
        Optional<FoundAnswer> found = options.place().find(sample.completion());
        if (found.isEmpty()) {
            return Score.of(0)
                    .withComponent("answered", 0)
                    .withComponent("numbers", 0)
                    .withFeedback(Feedback.negative(
                            "the final answer is missing " + options.place().missing(), name()));
        }
        FoundAnswer answer = found.get();
        Score score = Score.of(0).withComponent("answered", 1).withDiagnostic("answer", answer.text());
        String[] sides = answer.text().split("=", -1);
        Arithmetic.Result result = Arithmetic.evaluate(sides[0]);
        String fault = result.isValue() ? fault(given, result.numbers()) : result.fault();
        if (fault.isEmpty() && !agrees(sides, result.value())) {
            fault = "what stands behind the equals sign is not the value of the expression";
        }
        if (!fault.isEmpty()) {
            return score.withComponent("numbers", 0)
                    .withFeedback(Feedback.negative(fault, name()).at(answer.span()));
        }
        Score read = score.withComponent("numbers", 1)
                .withDiagnostic("value", result.value().toString());
        if (result.value().equals(Rational.of(target))) {
            return read.withValue(1);
        }
        String said = options.reveal() == Reveal.NOTHING
                ? "the expression misses the target"
                : "the expression comes to " + result.value() + ", not to " + target;
        return read.withValue(options.formatScore())
                .withFeedback(Feedback.negative(said, name()).at(answer.span()));
    }

    private static boolean agrees(String[] sides, Rational value) {
        if (sides.length == 1) {
            return true;
        }
        Arithmetic.Result claimed = Arithmetic.evaluate(sides[1]);
        return sides.length == 2 && claimed.isValue() && claimed.value().equals(value);
    }

    /** How the numbers were used otherwise than they must be, or nothing. */
    private String fault(List<BigInteger> given, List<BigInteger> used) {
        List<BigInteger> left = new ArrayList<>(given);
        for (BigInteger number : used) {
            if (!left.remove(number)) {
                return given.contains(number)
                        ? "the expression uses " + number + " more often than it is given"
                        : "the expression uses " + number + ", which is not given";
            }
        }
        return options.allUsed() && !left.isEmpty() ? "the expression does not use " + left.get(0) : "";
    }

    @Override
    public List<String> right(TaskRecord task) {
        if (numbers(task).size() > CountdownSolver.MOST) {
            return List.of();
        }
        return CountdownSolver.solve(numbers(task), target(task), options.allUsed())
                .map(expression -> List.of(
                        options.place().written(expression),
                        options.place().written(expression + " = " + target(task)),
                        "Let me try.\n" + options.place().written("(" + expression.replace("*", "\u00d7") + ")")))
                .orElseThrow(() -> new InvalidInputException(
                        "numbers of task " + task.id(),
                        numbers(task) + " for " + target(task),
                        "must be solvable",
                        "leave out the row"));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        List<String> texts = new ArrayList<>(
                List.of("", options.place().written(""), options.place().written("x")));
        texts.add(options.place().written(target(task) + " + 123456 - 123456"));
        texts.add(options.place().written("(" + numbers(task).get(0) + ") / 0"));
        return texts;
    }
}
