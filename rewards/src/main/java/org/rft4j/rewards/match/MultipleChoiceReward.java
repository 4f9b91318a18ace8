package org.rft4j.rewards.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.answer.Reveal;

/**
 * 1 if a completion chose the right option, else 0. The choice is the last box, else the last {@code <answer>} tag, else what
 * follows "The answer is", else the last line if it is an option, else, if allowed, the option that was named last. A letter may
 * stand as {@code B}, {@code (B)}, {@code B.}, {@code **B**} or {@code \text{(B)}}, with the option's text behind it or that text
 * alone. "B or C", and a letter with the text of another option, choose nothing.
 *
 * <p>Components: {@code answered}. Diagnostics: {@code answer}, {@code choice}.
 */
public final class MultipleChoiceReward implements VerifiableReward {
    private static final int MOST = 26;

    private final Options options;

    /**
     * Options of {@link MultipleChoiceReward}.
     *
     * @param column holds the right option: its letter, its number counted from 0, or its text
     * @param choicesColumn lists the options' texts; null where only letters are known
     * @param count how many options there are where {@code choicesColumn} is null
     * @param lastMention whether an option that was named last counts where no answer is marked
     * @param reveal how much feedback may give away; a hint gives away nothing here
     */
    public record Options(
            String column, @Nullable String choicesColumn, int count, boolean lastMention, Reveal reveal) {
        /** Letters A to D in the column {@code answer}; only a marked answer or the last line counts. */
        public static final Options LETTERS = new Options("answer", null, 4, false, Reveal.HINT);

        /** Checks the number of options. */
        public Options {
            Check.that(
                    count >= 2 && count <= MOST,
                    "number of options",
                    count,
                    "must be in 2.." + MOST,
                    "options are named by one letter each");
        }

        /**
         * Takes the options' texts from a column.
         *
         * @param name the column that lists them
         * @return these options with that column
         */
        public Options withChoices(String name) {
            return new Options(column, name, count, lastMention, reveal);
        }

        /**
         * Lets the option count that was named last.
         *
         * @return these options with that rule
         */
        public Options withLastMention() {
            return new Options(column, choicesColumn, count, true, reveal);
        }

        /**
         * Replaces what feedback may say.
         *
         * @param newReveal how much it may give away
         * @return these options with that
         */
        public Options withReveal(Reveal newReveal) {
            return new Options(column, choicesColumn, count, lastMention, newReveal);
        }
    }

    /**
     * Makes the reward.
     *
     * @param options where the right option and the texts stand
     */
    public MultipleChoiceReward(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "choice";
    }

    private List<String> choices(TaskRecord task) {
        String column = options.choicesColumn();
        if (column == null) {
            return List.of();
        }
        Object value = task.value(column);
        boolean usable = value instanceof List<?> list && list.size() >= 2 && list.size() <= MOST;
        if (!usable) {
            throw new InvalidInputException(
                    "column '" + column + "' of task " + task.id(),
                    value,
                    "must list 2.." + MOST + " options",
                    "name the column that lists the options' texts");
        }
        return ((List<?>) value).stream().map(String::valueOf).toList();
    }

    private ChoiceReader reader(TaskRecord task) {
        List<String> choices = choices(task);
        int count = choices.isEmpty() ? options.count() : choices.size();
        return new ChoiceReader(choices, count, options.lastMention());
    }

    private int gold(TaskRecord task, ChoiceReader reader) {
        Object value = task.value(options.column());
        int index = value instanceof Number number ? number.intValue() : reader.read(String.valueOf(value));
        List<String> choices = choices(task);
        int count = choices.isEmpty() ? options.count() : choices.size();
        if (index < 0 || index >= count) {
            throw new InvalidInputException(
                    "column '" + options.column() + "' of task " + task.id(),
                    value,
                    "must name one of " + count + " options",
                    "give its letter, its number from 0, or its text with withChoices(...)");
        }
        return index;
    }

    @Override
    public Score score(RewardSample sample) {
        ChoiceReader reader = reader(sample.task());
        int gold = gold(sample.task(), reader);
        Optional<ChoiceReader.Choice> found = reader.find(sample.completion());
        if (found.isEmpty()) {
            return Score.of(0)
                    .withComponent("answered", 0)
                    .withFeedback(
                            Feedback.negative("no option was chosen: end with \"The answer is\" and a letter", name()));
        }
        ChoiceReader.Choice choice = found.get();
        Score score = Score.of(choice.index() == gold)
                .withComponent("answered", choice.index() >= 0 ? 1 : 0)
                .withDiagnostic("answer", choice.answer().text())
                .withDiagnostic("choice", choice.index() < 0 ? "" : letter(choice.index()));
        return score.value() == 1
                ? score
                : score.withFeedback(Feedback.negative(said(choice.index(), gold), name())
                        .at(choice.answer().span()));
    }

    private String said(int chosen, int gold) {
        String wrong = chosen < 0 ? "the answer names no single option" : "option " + letter(chosen) + " is wrong";
        return switch (options.reveal()) {
            case NOTHING, HINT -> wrong;
            case ANSWER -> wrong + ", right is " + letter(gold);
        };
    }

    private static String letter(int index) {
        return String.valueOf((char) ('A' + index));
    }

    @Override
    public List<String> right(TaskRecord task) {
        ChoiceReader reader = reader(task);
        int gold = gold(task, reader);
        List<String> texts = new ArrayList<>(forms(letter(gold)));
        List<String> choices = choices(task);
        if (!choices.isEmpty()) {
            texts.add("The answer is (" + letter(gold) + ") " + choices.get(gold) + ".");
        }
        return texts;
    }

    private static List<String> forms(String letter) {
        return List.of(
                letter,
                "(" + letter + ")",
                "I compare the options.\n**" + letter + "**",
                "The answer is " + letter + ".",
                "So the answer is (" + letter + ").",
                "\\boxed{" + letter + "}",
                "$\\boxed{\\text{(" + letter + ")}}$",
                "<answer>" + letter + "</answer>");
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        ChoiceReader reader = reader(task);
        int gold = gold(task, reader);
        List<String> texts = new ArrayList<>(List.of("", "\\boxed{}", "I do not know."));
        String other = letter(gold == 0 ? 1 : 0);
        texts.addAll(forms(other));
        texts.add("The answer is " + letter(gold) + " or " + other + ".");
        return texts;
    }
}
