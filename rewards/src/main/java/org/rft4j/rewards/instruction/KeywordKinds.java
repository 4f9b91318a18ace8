package org.rft4j.rewards.instruction;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words that must, must not, or must so often be there. */
final class KeywordKinds {
    private static final int CASE = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private KeywordKinds() {}

    static Constraint existence(String id, Arguments arguments) {
        List<String> words = arguments.texts("keywords");
        return new Constraint(
                id,
                "Use the words " + words,
                text -> words.stream().allMatch(word -> count(text, Pattern.compile(Pattern.quote(word), CASE)) > 0),
                String.join(" ", words),
                "");
    }

    static Constraint frequency(String id, Arguments arguments) {
        String word = arguments.text("keyword").strip();
        Arguments.Amount amount = arguments.amount("relation", "frequency");
        Pattern pattern = Pattern.compile(Pattern.quote(word), CASE);
        return new Constraint(
                id,
                "Use the word '" + word + "' " + amount + " times",
                text -> amount.fits(count(text, pattern)),
                (word + " ").repeat(amount.fitting()),
                (word + " ").repeat(amount.missing()));
    }

    static Constraint forbidden(String id, Arguments arguments) {
        List<String> words = arguments.texts("forbidden_words");
        return new Constraint(
                id,
                "Do not use the words " + words,
                text -> words.stream()
                        .noneMatch(word -> count(
                                        text,
                                        Pattern.compile(
                                                "\\b" + Pattern.quote(word) + "\\b",
                                                CASE | Pattern.UNICODE_CHARACTER_CLASS))
                                > 0),
                "\u2042",
                "So " + words.get(0) + " it is");
    }

    static Constraint letters(String id, Arguments arguments) {
        String letter = arguments.text("letter").strip().toLowerCase(Locale.ROOT);
        Arguments.Amount amount = arguments.amount("let_relation", "let_frequency");
        Pattern pattern = Pattern.compile(Pattern.quote(letter));
        return new Constraint(
                id,
                "Use the letter '" + letter + "' " + amount + " times",
                text -> amount.fits(count(text.toLowerCase(Locale.ROOT), pattern)),
                letter.repeat(amount.fitting()),
                letter.repeat(amount.missing()));
    }

    static Constraint noComma(String id, Arguments arguments) {
        return new Constraint(id, "Use no comma", text -> text.indexOf(',') < 0, "One or two", "One, or two");
    }

    static long count(String text, Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        long count = 0;
        while (matcher.find()) {
            count++;
        }
        return count;
    }
}
