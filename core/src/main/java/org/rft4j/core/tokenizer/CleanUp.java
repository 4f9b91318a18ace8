package org.rft4j.core.tokenizer;

import java.util.List;

/** The removal of spaces that transformers does after decoding word pieces. */
final class CleanUp {
    private record Rule(String found, String written) {}

    private static final List<Rule> RULES = List.of(
            new Rule(" .", "."),
            new Rule(" ?", "?"),
            new Rule(" !", "!"),
            new Rule(" ,", ","),
            new Rule(" ' ", "'"),
            new Rule(" n't", "n't"),
            new Rule(" 'm", "'m"),
            new Rule(" 's", "'s"),
            new Rule(" 've", "'ve"),
            new Rule(" 're", "'re"));

    private CleanUp() {}

    static String of(String text) {
        String cleaned = text;
        for (Rule rule : RULES) {
            cleaned = cleaned.replace(rule.found(), rule.written());
        }
        return cleaned;
    }
}
