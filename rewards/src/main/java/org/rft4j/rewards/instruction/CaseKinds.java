package org.rft4j.rewards.instruction;

import java.util.Optional;
import org.rft4j.engine.InvalidInputException;

/** Capital letters and languages. */
final class CaseKinds {
    private static final Optional<String> ENGLISH = Optional.of("en");

    private CaseKinds() {}

    static Constraint capitals(String id, Arguments arguments) {
        return new Constraint(
                id,
                "Write in English, all in capital letters",
                text -> TextParts.isUpper(text) && Languages.of(text).equals(ENGLISH),
                "THIS IS ALL THAT THERE IS TO SAY.",
                "This is all that there is to say.");
    }

    static Constraint lowerCase(String id, Arguments arguments) {
        return new Constraint(
                id,
                "Write in English, all in lower case",
                text -> TextParts.isLower(text) && Languages.of(text).equals(ENGLISH),
                "this is all that there is to say.",
                "This is all that there is to say.");
    }

    static Constraint capitalWords(String id, Arguments arguments) {
        Arguments.Amount amount = arguments.amount("capital_relation", "capital_frequency");
        return new Constraint(
                id,
                "Write " + amount + " words all in capital letters",
                text -> amount.fits(TextParts.capitalWords(text)),
                "and " + "LOUD ".repeat(amount.fitting()),
                "and " + "LOUD ".repeat(amount.missing()));
    }

    static Constraint language(String id, Arguments arguments) {
        String code = arguments.text("language");
        String keeping = Languages.example(code)
                .orElseThrow(() -> new InvalidInputException(
                        "argument 'language' of " + id,
                        code,
                        "must be the ISO 639-1 code of a language that can be told from others",
                        "leave the row out, or add the language to languages.txt"));
        String other = code.equals("en")
                ? "Das ist nicht das, was wir von dir hören wollen."
                : "This is not what you want to hear.";
        return new Constraint(
                id,
                "Write in the language with the code '" + code + "', and in no other",
                text -> Languages.of(text).equals(Optional.of(code)),
                keeping,
                other);
    }
}
