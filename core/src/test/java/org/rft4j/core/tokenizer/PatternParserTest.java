package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PatternParserTest {
    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String O200K =
            "[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "*" + LOWER + "+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
                    + "[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "+" + LOWER + "*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
                    + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    /** Those of GPT-2, Llama 3, cl100k, DeepSeek 3, CLIP, BLOOM, XLNet, digits in threes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
                        + "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|"
                        + "\\s+(?!\\S)|\\s+",
                "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|"
                        + " ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
                " ?[^(\\s|[.,!?\u2026\u3002])]+",
                " {2,}",
                "\\p{N}{1,3}(?=(?:\\p{N}{3})*(?!\\p{N}))",
                "[\\s\\S]"
            })
    void publishedPatternsTakeTimeInProportionToTheText(String pattern) {
        PatternCost cost = PatternParser.cost(pattern);
        assertThat(cost.degree()).isLessThanOrEqualTo(1);
        assertThat(cost.degree() * cost.retries()).isLessThanOrEqualTo(3);
    }

    @Test
    void theCostIsThatOfWhatCanBeTriedAgain() {
        assertThat(PatternParser.cost(O200K)).isEqualTo(new PatternCost(1, 4));
        assertThat(PatternParser.cost("a*b*c")).isEqualTo(new PatternCost(2, 1));
        assertThat(PatternParser.cost("a?b?c?d+e")).isEqualTo(new PatternCost(1, 8));
        assertThat(PatternParser.cost("a*b+")).isEqualTo(new PatternCost(1, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "(a+)+$,'a repeated group with a repetition or alternatives inside, which may take for ever, at 4'",
        "(a|a)*b,'a repeated group with a repetition or alternatives inside, which may take for ever, at 5'",
        "(?:(?:a{100}){100}),'a counted group with a count inside, at 13'",
        "a**,'a repetition of a repetition, or of nothing, at 2'",
        "(a)\\1,a reference or an unusual escape at 3",
        "(?<n>a\\g<n>),a reference or an unusual escape at 6",
        "(?(1)a),an unusual group at 0",
        "(a,an unclosed parenthesis at 0",
        "a),an unopened parenthesis at 1",
        "[a,an unclosed bracket at 0",
        "'a{1,1000}','the repetition {1,1000}'"
    })
    void whatMayTakeForEverIsNamed(String pattern, String message) {
        assertThatThrownBy(() -> PatternParser.cost(pattern)).hasMessage(message);
    }

    @Test
    void patternsThatMatchNothingAreKnown() {
        assertThat(PatternParser.matchesNothing("a*|b")).isTrue();
        assertThat(PatternParser.matchesNothing("^(?=b)")).isTrue();
        assertThat(PatternParser.matchesNothing("\\b")).isTrue();
        assertThat(PatternParser.matchesNothing("^b")).isFalse();
    }
}
