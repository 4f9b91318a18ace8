package org.rft4j.rewards.instruction;

import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.rft4j.engine.InvalidInputException;

/** The 25 kinds of IFEval, by name. */
public final class ConstraintKinds {
    private static final Map<String, BiFunction<String, Arguments, Constraint>> KINDS = Map.ofEntries(
            Map.entry("keywords:existence", KeywordKinds::existence),
            Map.entry("keywords:frequency", KeywordKinds::frequency),
            Map.entry("keywords:forbidden_words", KeywordKinds::forbidden),
            Map.entry("keywords:letter_frequency", KeywordKinds::letters),
            Map.entry("language:response_language", CaseKinds::language),
            Map.entry("length_constraints:number_sentences", LengthKinds::sentences),
            Map.entry("length_constraints:number_paragraphs", LengthKinds::paragraphs),
            Map.entry("length_constraints:number_words", LengthKinds::words),
            Map.entry("length_constraints:nth_paragraph_first_word", LengthKinds::firstWord),
            Map.entry("detectable_content:number_placeholders", FormKinds::placeholders),
            Map.entry("detectable_content:postscript", FormKinds::postscript),
            Map.entry("detectable_format:number_bullet_lists", FormKinds::bullets),
            Map.entry("detectable_format:constrained_response", FormKinds::choice),
            Map.entry("detectable_format:number_highlighted_sections", FormKinds::highlights),
            Map.entry("detectable_format:multiple_sections", FormKinds::sections),
            Map.entry("detectable_format:json_format", FormKinds::json),
            Map.entry("detectable_format:title", FormKinds::title),
            Map.entry("combination:two_responses", FormKinds::twoResponses),
            Map.entry("combination:repeat_prompt", FormKinds::repeatPrompt),
            Map.entry("startend:end_checker", FormKinds::end),
            Map.entry("startend:quotation", FormKinds::quotation),
            Map.entry("change_case:english_capital", CaseKinds::capitals),
            Map.entry("change_case:english_lowercase", CaseKinds::lowerCase),
            Map.entry("change_case:capital_word_frequency", CaseKinds::capitalWords),
            Map.entry("punctuation:no_comma", KeywordKinds::noComma));

    private ConstraintKinds() {}

    /**
     * Makes a constraint as a data set names it.
     *
     * @param id such as {@code length_constraints:number_words}
     * @param arguments such as {@code {"relation": "at least", "num_words": 300}}
     * @return the constraint
     */
    public static Constraint of(String id, Map<?, ?> arguments) {
        BiFunction<String, Arguments, Constraint> kind = KINDS.get(id);
        if (kind == null) {
            throw new InvalidInputException(
                    "kind of instruction", id, "must be one of " + new TreeSet<>(KINDS.keySet()), "leave the row out");
        }
        return kind.apply(id, new Arguments(id, arguments));
    }

    /**
     * All kinds.
     *
     * @return their names
     */
    public static java.util.Set<String> names() {
        return new TreeSet<>(KINDS.keySet());
    }
}
