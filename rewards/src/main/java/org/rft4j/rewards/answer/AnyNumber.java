package org.rft4j.rewards.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer is a number that stands anywhere, without a mark. Use it behind others: it also finds numbers that are no answers.
 *
 * @param pick which number counts
 */
public record AnyNumber(Pick pick) implements AnswerExtraction {
    /** The last number. */
    public static final AnyNumber LAST = new AnyNumber(Pick.LAST);

    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\w.])[-\u2212]?\\$?(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)(?:\\.\\d+)?(?:/\\d+)?%?");

    @Override
    public Optional<FoundAnswer> find(String text) {
        List<FoundAnswer> found = new ArrayList<>();
        Matcher number = NUMBER.matcher(text);
        while (number.find()) {
            found.add(FoundAnswer.between(text, number.start(), number.end()));
        }
        return pick.of(found);
    }

    @Override
    public String written(String answer) {
        return answer;
    }

    @Override
    public String missing() {
        return "a number";
    }
}
