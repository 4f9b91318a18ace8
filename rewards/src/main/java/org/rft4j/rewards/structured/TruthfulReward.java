package org.rft4j.rewards.structured;

import java.util.List;
import java.util.Locale;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * Right answers earn, wrong answers cost, and saying that one does not know does neither, so that guessing pays only for a policy that is
 * more often right than wrong. The components {@code right}, {@code abstained} and {@code hallucinated} are 1 or 0.
 *
 * <p>TruthRL (arXiv 2509.25760).
 *
 * @param answer tells right from wrong, right from {@code options.rightFrom} on
 * @param options what each is worth
 */
public record TruthfulReward(VerifiableReward answer, Options options) implements VerifiableReward {
    /**
     * Options.
     *
     * @param right what a right answer earns
     * @param abstained what saying that one does not know earns
     * @param wrong what a wrong answer earns
     * @param rightFrom the answer reward's value from which on an answer is right
     * @param phrases in any case, with straight or curly apostrophes; a completion with one of them abstains
     */
    public record Options(double right, double abstained, double wrong, double rightFrom, List<String> phrases) {
        /** The paper's 1, 0 and -1, and English phrases. */
        public static final Options DEFAULT = new Options(
                1,
                0,
                -1,
                1,
                List.of(
                        "i don't know",
                        "i do not know",
                        "i'm not sure",
                        "i am not sure",
                        "cannot be determined",
                        "not enough information"));

        /** Checks the order of the values. */
        public Options {
            phrases = List.copyOf(phrases);
            Check.that(
                    wrong <= abstained && abstained <= right && wrong < right,
                    "values of wrong, abstained, right",
                    wrong + ", " + abstained + ", " + right,
                    "must rise",
                    "use -1, 0 and 1");
            Check.that(!phrases.isEmpty(), "phrases", "none", "must be at least one", "name how the model abstains");
        }
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        Score said = answer.score(sample);
        if (!said.applicable()) {
            return said;
        }
        boolean right = said.value() >= options.rightFrom();
        String text = plain(sample.completion());
        boolean abstained = !right && options.phrases().stream().anyMatch(phrase -> text.contains(plain(phrase)));
        double value = right ? options.right() : abstained ? options.abstained() : options.wrong();
        return said.withValue(value)
                .withComponent("right", right ? 1 : 0)
                .withComponent("abstained", abstained ? 1 : 0)
                .withComponent("hallucinated", right || abstained ? 0 : 1);
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replace('\u2019', '\'');
    }

    @Override
    public String name() {
        return "truthful";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return answer.right(task);
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", options.phrases().get(0));
    }

    @Override
    public double fullScore() {
        return options.right();
    }
}
