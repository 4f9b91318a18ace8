package org.rft4j.rewards.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.engine.Check;

/**
 * The answer stands between tags, as {@code <answer>42</answer>}.
 *
 * @param tag the name of the tag
 * @param pick which pair counts
 */
public record InTag(String tag, Pick pick) implements AnswerExtraction {
    /** The last pair of {@code answer} tags. */
    public static final InTag ANSWER = new InTag("answer", Pick.LAST);

    /** Refuses a name that is none. */
    public InTag {
        Check.that(tag.matches("\\w[\\w-]*"), "tag", "'" + tag + "'", "must be a name", "leave out the brackets");
    }

    @Override
    public Optional<FoundAnswer> find(String text) {
        String open = "<" + tag + ">";
        String close = "</" + tag + ">";
        List<FoundAnswer> found = new ArrayList<>();
        int from = 0;
        for (int end = text.indexOf(close); end >= 0; end = text.indexOf(close, from)) {
            // the opening tag nearest before it, so that a tag named in passing swallows nothing
            int start = text.substring(from, end).lastIndexOf(open);
            if (start >= 0) {
                FoundAnswer answer = FoundAnswer.between(text, from + start + open.length(), end);
                if (!answer.text().isEmpty()) {
                    found.add(answer);
                }
            }
            from = end + close.length();
        }
        return pick.of(found);
    }

    @Override
    public String written(String answer) {
        return "<" + tag + ">" + answer + "</" + tag + ">";
    }

    @Override
    public String missing() {
        return "the tags <" + tag + "></" + tag + ">";
    }
}
