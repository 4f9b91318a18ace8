package org.rft4j.rewards.answer;

import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * Where the expected answer and that of the model stand.
 *
 * @param column the column of the task that holds the expected answer
 * @param inColumn where it stands in that column
 * @param inCompletion where the model's answer stands in its completion
 */
public record AnswerSource(String column, AnswerExtraction inColumn, AnswerExtraction inCompletion) {
    private static final int SHOWN = 60;

    /** The column {@code answer} is the answer; the model's stands in the last box. */
    public static final AnswerSource BOXED = new AnswerSource("answer", new WholeText(), Boxed.LAST);

    /** The column {@code answer} as in GSM8K; the model's stands in a box, behind hashes or behind "The answer is". */
    public static final AnswerSource GSM8K = new AnswerSource(
            "answer",
            AnswerExtraction.firstOf(AfterMark.HASHES, new WholeText()),
            AnswerExtraction.firstOf(AfterMark.HASHES, Boxed.LAST, AnswerPhrase.LAST));

    /** Refuses a column without a name. */
    public AnswerSource {
        Check.that(!column.isBlank(), "column", "'" + column + "'", "must not be blank", "name the answer's column");
    }

    /**
     * Replaces the column.
     *
     * @param name the column that holds the expected answer
     * @return this with that column
     */
    public AnswerSource withColumn(String name) {
        return new AnswerSource(name, inColumn, inCompletion);
    }

    /**
     * Replaces where the model's answer stands.
     *
     * @param place where it stands
     * @return this with that place
     */
    public AnswerSource withCompletion(AnswerExtraction place) {
        return new AnswerSource(column, inColumn, place);
    }

    /**
     * The expected answer.
     *
     * @param task prompt and columns
     * @return its text; an error where there is none
     */
    public String gold(TaskRecord task) {
        String text = task.text(column);
        return inColumn.find(text)
                .map(FoundAnswer::text)
                .orElseThrow(() -> new InvalidInputException(
                        "column '" + column + "' of task " + task.id(),
                        "'" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "'",
                        "must hold an answer, missing is " + inColumn.missing(),
                        "say where it stands with AnswerSource"));
    }

    /**
     * The model's answer.
     *
     * @param sample task and completion
     * @return the answer and its place in the completion, or nothing
     */
    public Optional<FoundAnswer> answer(RewardSample sample) {
        return inCompletion.find(sample.completion());
    }

    /**
     * The score of a completion without an answer.
     *
     * @param source who says so
     * @return 0, with feedback that says what is missing
     */
    public Score missing(String source) {
        return Score.of(0)
                .withComponent("answered", 0)
                .withDiagnostic("answer", "")
                .withFeedback(Feedback.negative("the final answer is missing " + inCompletion.missing(), source));
    }
}
