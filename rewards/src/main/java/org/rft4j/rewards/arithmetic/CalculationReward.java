package org.rft4j.rewards.arithmetic;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.exact.Rational;

/**
 * The part of the calculations within a text that are right, such as {@code 16 - 3 - 4 = 9}. Only those between plain numbers are
 * looked at; a text without any is not applicable. It rewards careful work, not the answer: give it a small weight.
 *
 * <p>Components: {@code calculations} and {@code wrong}, counts. Feedback points at each calculation that is wrong.
 */
public final class CalculationReward implements VerifiableReward {
    private static final String NUMBER = "\\$?\\d[\\d,]*(?:\\.\\d+)?";
    private static final String OPERATOR = "\\s*(?:[-+*/\u00d7\u00f7\u2212]|\\\\times|\\\\cdot|\\\\div)\\s*";
    /** Possessive, so that a long row of numbers is read once. */
    private static final Pattern CALCULATION =
            Pattern.compile("(?<![\\w.,/*+^)=-])(\\(?" + NUMBER + "(?:" + OPERATOR + "\\(?" + NUMBER
                    + "\\)?){1,20}+)\\s*=\\s*(-?" + NUMBER + ")(?![\\d.]*\\d|\\s*[-+*/^%\u00d7\u00f7]|\\s*\\\\)");

    private final Rational tolerance;

    /**
     * Makes the reward.
     *
     * @param tolerance how far a written result may be from the exact one, such as 1/200 for two decimals; 0 for exact results
     */
    public CalculationReward(Rational tolerance) {
        Check.that(tolerance.signum() >= 0, "tolerance", tolerance, "must be >= 0", "use 0 for exact results");
        this.tolerance = tolerance;
    }

    @Override
    public String name() {
        return "calculations";
    }

    @Override
    public Score score(RewardSample sample) {
        Matcher calculation = CALCULATION.matcher(sample.completion());
        int all = 0;
        List<Feedback> wrong = new ArrayList<>();
        while (calculation.find()) {
            Arithmetic.Result result = Arithmetic.evaluate(bare(calculation.group(1)), true);
            if (!result.isValue()) {
                continue;
            }
            all++;
            Rational claimed = Rational.of(new BigDecimal(bare(calculation.group(2))));
            if (claimed.minus(result.value()).abs().compareTo(tolerance) > 0) {
                wrong.add(Feedback.negative(
                                "this calculation is wrong: "
                                        + calculation.group().strip(),
                                name())
                        .at(new CharSpan(calculation.start(1), calculation.end(2))));
            }
        }
        if (all == 0) {
            return Score.notApplicable("no calculation between plain numbers");
        }
        return Score.of(1 - wrong.size() / (double) all)
                .withComponent("calculations", all)
                .withComponent("wrong", wrong.size())
                .withFeedback(wrong.toArray(new Feedback[0]));
    }

    private static String bare(String numbers) {
        return numbers.replaceAll("[$,]", "");
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of("She has 16 - 3 - 4 = 9 eggs and earns 9 * 2 = $18.", "80,000 + 50,000 = 130,000");
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", "16 - 3 - 4 = 8", "2 + 2 = 4, and 2 * 3 = 5");
    }
}
