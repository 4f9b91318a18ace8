package org.rft4j.rewards.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.FoundAnswer;
import org.rft4j.rewards.answer.Reveal;
import org.rft4j.rewards.answer.WholeText;

/**
 * 1 if the answer is the expected text, or one of several that the column lists, else 0.
 *
 * <p>Components: {@code answered}. Diagnostics: {@code answer}.
 */
public final class MatchReward implements VerifiableReward {
    private final Options options;

    /**
     * Options of {@link MatchReward}.
     *
     * @param source where the answers stand; the column may hold a list of texts, any of which is right
     * @param form what counts when texts are compared
     * @param reveal how much feedback may give away; a hint gives away nothing here
     */
    public record Options(AnswerSource source, TextForm form, Reveal reveal) {
        /** The whole completion is the column {@code answer}, exactly. */
        public static final Options EXACT =
                new Options(AnswerSource.BOXED.withCompletion(new WholeText()), TextForm.EXACT, Reveal.HINT);
        /** The whole completion is the column {@code answer}, normalised. */
        public static final Options NORMALISED = new Options(EXACT.source(), TextForm.NORMALISED, Reveal.HINT);

        /**
         * Replaces where the answers stand.
         *
         * @param newSource where
         * @return these options with that source
         */
        public Options withSource(AnswerSource newSource) {
            return new Options(newSource, form, reveal);
        }

        /**
         * Replaces what feedback may say.
         *
         * @param newReveal how much it may give away
         * @return these options with that
         */
        public Options withReveal(Reveal newReveal) {
            return new Options(source, form, newReveal);
        }
    }

    /**
     * Makes the reward.
     *
     * @param options where answers stand and what counts
     */
    public MatchReward(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "match";
    }

    private List<String> gold(TaskRecord task) {
        if (!(task.value(options.source().column()) instanceof List<?> several)) {
            return List.of(options.source().gold(task));
        }
        List<String> texts = several.stream().map(String::valueOf).toList();
        if (texts.isEmpty()) {
            throw new InvalidInputException(
                    "column '" + options.source().column() + "' of task " + task.id(),
                    "[]",
                    "must list at least one answer",
                    "leave out the row");
        }
        return texts;
    }

    @Override
    public Score score(RewardSample sample) {
        List<String> gold = gold(sample.task());
        Optional<FoundAnswer> found = options.source().answer(sample);
        return found.map(answer -> score(gold, answer))
                .orElseGet(() -> options.source().missing(name()));
    }

    private Score score(List<String> gold, FoundAnswer answer) {
        String form = options.form().of(answer.text());
        boolean right = gold.stream().map(options.form()::of).anyMatch(form::equals);
        Score score = Score.of(right).withComponent("answered", 1).withDiagnostic("answer", answer.text());
        if (right) {
            return score;
        }
        String said = options.reveal() == Reveal.ANSWER
                ? "the answer is '" + gold.get(0) + "', not '" + answer.text() + "'"
                : "the answer '" + answer.text() + "' is not what was expected";
        return score.withFeedback(
                Feedback.negative(options.reveal() == Reveal.NOTHING ? "the answer is wrong" : said, name())
                        .at(answer.span()));
    }

    @Override
    public List<String> right(TaskRecord task) {
        List<String> texts = new ArrayList<>();
        for (String gold : gold(task)) {
            texts.add(options.source().inCompletion().written(gold));
            texts.add(options.source().inCompletion().written(" " + gold + " "));
            if (!options.form().caseCounts()) {
                texts.add(options.source().inCompletion().written(gold.toUpperCase(java.util.Locale.ROOT)));
            }
        }
        return texts;
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        List<String> texts =
                new ArrayList<>(List.of("", options.source().inCompletion().written("")));
        texts.add(options.source().inCompletion().written("not " + String.join(" nor ", gold(task))));
        return texts;
    }
}
