package org.rft4j.rewards.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.engine.Check;

/**
 * The answer follows a mark and ends with the line or before the next mark, as {@code #### 42} in GSM8K.
 *
 * @param mark what stands before it
 * @param pick which mark counts
 */
public record AfterMark(String mark, Pick pick) implements AnswerExtraction {
    /** The last line that begins its answer with four hashes. */
    public static final AfterMark HASHES = new AfterMark("####", Pick.LAST);

    /** Refuses a mark that would match everywhere. */
    public AfterMark {
        Check.that(!mark.isBlank(), "mark", "'" + mark + "'", "must not be blank", "use WholeText for no mark");
    }

    @Override
    public Optional<FoundAnswer> find(String text) {
        List<FoundAnswer> found = new ArrayList<>();
        for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length())) {
            int end = at + mark.length();
            while (end < text.length() && text.charAt(end) != '\n' && !text.startsWith(mark, end)) {
                end++;
            }
            FoundAnswer answer = FoundAnswer.between(text, at + mark.length(), end);
            if (!answer.text().isEmpty()) {
                found.add(answer);
            }
        }
        return pick.of(found);
    }

    @Override
    public String written(String answer) {
        return mark + " " + answer;
    }

    @Override
    public String missing() {
        return "the mark " + mark;
    }
}
