package org.rft4j.rewards.instruction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rft4j.engine.Check;

/** How many words, sentences and paragraphs there are. */
final class LengthKinds {
    private LengthKinds() {}

    static Constraint words(String id, Arguments arguments) {
        Arguments.Amount amount = arguments.amount("relation", "num_words");
        return new Constraint(
                id,
                "Write " + amount + " words",
                text -> amount.fits(TextParts.words(text).size()),
                "word ".repeat(amount.fitting()),
                "word ".repeat(amount.missing()));
    }

    static Constraint sentences(String id, Arguments arguments) {
        Arguments.Amount amount = arguments.amount("relation", "num_sentences");
        return new Constraint(
                id,
                "Write " + amount + " sentences",
                text -> amount.fits(TextParts.sentences(text)),
                "This is one. ".repeat(amount.fitting()),
                "This is one. ".repeat(amount.missing()));
    }

    /** Paragraphs between lines of three stars; an empty one may stand only at an end. */
    static Constraint paragraphs(String id, Arguments arguments) {
        int number = arguments.number("num_paragraphs");
        return new Constraint(
                id,
                "Write " + number + " paragraphs, separated by ***",
                text -> countParagraphs(text) == number,
                joined("\n***\n", number),
                joined("\n***\n", number + FormKinds.LOOSE));
    }

    private static int countParagraphs(String text) {
        String[] parts = text.split("\\s?\\*\\*\\*\\s?", -1);
        int count = parts.length;
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].isBlank()) {
                if (i > 0 && i < parts.length - 1) {
                    return -1;
                }
                count--;
            }
        }
        return count;
    }

    /** Paragraphs between empty lines, of which one begins with a given word. */
    static Constraint firstWord(String id, Arguments arguments) {
        int number = arguments.number("num_paragraphs");
        int which = arguments.number("nth_paragraph");
        String word = arguments.text("first_word").toLowerCase(Locale.ROOT);
        Check.that(
                which >= 1 && which <= number,
                "argument 'nth_paragraph' of " + id,
                which,
                "must be between 1 and num_paragraphs " + number,
                "correct the row");
        List<String> keeping = new ArrayList<>();
        for (int i = 1; i <= number; i++) {
            keeping.add(i == which ? word + " and so on" : "\u2042 paragraph");
        }
        return new Constraint(
                id,
                "Write " + number + " paragraphs, separated by empty lines; paragraph " + which + " begins with '"
                        + word + "'",
                text -> beginsWith(text, number, which, word),
                String.join("\n\n", keeping),
                joined("\n\n", number));
    }

    private static boolean beginsWith(String text, int number, int which, String word) {
        String[] parts = text.split("\\n\\n");
        long filled =
                java.util.Arrays.stream(parts).filter(part -> !part.isBlank()).count();
        if (filled != number || which > parts.length || parts[which - 1].isBlank()) {
            return false;
        }
        String first = parts[which - 1].strip().split("\\s+", 2)[0];
        int from = 0;
        while (from < first.length() && "'\"".indexOf(first.charAt(from)) >= 0) {
            from++;
        }
        int to = from;
        while (to < first.length() && ".,?!'\"".indexOf(first.charAt(to)) < 0) {
            to++;
        }
        return first.substring(from, to).toLowerCase(Locale.ROOT).equals(word);
    }

    private static String joined(String separator, int count) {
        return String.join(separator, java.util.Collections.nCopies(count, "A paragraph"));
    }
}
