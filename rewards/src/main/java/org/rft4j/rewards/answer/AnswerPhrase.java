package org.rft4j.rewards.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer follows words such as "The answer is" or "Final answer:", and ends with the sentence or the line.
 *
 * @param pick which sentence counts
 */
public record AnswerPhrase(Pick pick) implements AnswerExtraction {
    /** The last such sentence. */
    public static final AnswerPhrase LAST = new AnswerPhrase(Pick.LAST);

    private static final Pattern PHRASE = Pattern.compile(
            "\\b(?:answer|result|solution)\\s{0,2}(?:\\*\\*)?\\s?(?:is|:|=|equals)\\s?:?(?:\\*\\*)?(?!\\s*not\\b)",
            Pattern.CASE_INSENSITIVE);
    /** A point ends the sentence unless a digit follows; so do a colon in prose and the end of the line. */
    private static final Pattern END =
            Pattern.compile("\\n|[.!?](?:\\s|$)|,\\s+(?:because|since|so|as|and therefore)\\b");

    @Override
    public Optional<FoundAnswer> find(String text) {
        List<MatchResult> phrases = PHRASE.matcher(text).results().toList();
        List<FoundAnswer> found = new ArrayList<>();
        for (int i = 0; i < phrases.size(); i++) {
            int next = i + 1 < phrases.size() ? phrases.get(i + 1).start() : text.length();
            FoundAnswer answer = behind(text, phrases.get(i).end(), next);
            if (!answer.text().isEmpty()) {
                found.add(answer);
            }
        }
        return pick.of(found);
    }

    /** What stands between two places, up to the end of its sentence. */
    private static FoundAnswer behind(String text, int from, int to) {
        int start = from;
        while (start < to && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        Matcher end = END.matcher(text).region(start, to).useAnchoringBounds(false);
        int stop = end.find() ? end.start() : to;
        // "5!" is a factorial, not a cry
        boolean factorial = stop < to && text.charAt(stop) == '!' && stop > start && isFormula(text, start, stop);
        return FoundAnswer.between(text, start, factorial ? stop + 1 : stop);
    }

    private static boolean isFormula(String text, int start, int stop) {
        return text.substring(start, stop).matches("[\\d\\s()+*/^!-]+")
                && text.substring(start, stop).length() < 5;
    }

    @Override
    public String written(String answer) {
        return "The answer is " + answer + ".";
    }

    @Override
    public String missing() {
        return "the words \"The answer is\"";
    }
}
