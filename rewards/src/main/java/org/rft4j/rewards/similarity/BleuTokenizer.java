package org.rft4j.rewards.similarity;

import java.util.List;
import java.util.regex.Pattern;

/** How BLEU splits texts, with the names that sacrebleu's signatures use. */
public enum BleuTokenizer {
    /** That of mteval-v13a, the custom of machine translation. */
    THIRTEEN_A("13a") {
        @Override
        List<String> tokens(String text) {
            String line = text.replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
            line = line.replace("&quot;", "\"")
                    .replace("&amp;", "&")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">");
            line = ASCII_SYMBOLS.matcher(" " + line + " ").replaceAll(" $1 ");
            line = POINT_AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
            line = POINT_BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
            return Words.split(DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 "));
        }
    },
    /** That of mteval-v14 for all scripts: apart stand punctuation, except between digits, and symbols. */
    INTERNATIONAL("intl") {
        @Override
        List<String> tokens(String text) {
            String line = PUNCTUATION_AFTER_NO_DIGIT.matcher(text).replaceAll("$1 $2 ");
            line = PUNCTUATION_BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
            return Words.split(SYMBOL.matcher(line).replaceAll(" $1 "));
        }
    },
    /** Every character by itself, for scripts without blanks. */
    CHARACTERS("char") {
        @Override
        List<String> tokens(String text) {
            return text.codePoints()
                    .filter(c -> !Words.isBlank(c))
                    .mapToObj(Character::toString)
                    .toList();
        }
    };

    private static final Pattern ASCII_SYMBOLS = Pattern.compile("([{-~\\[-` -&(-+:-@/])");
    private static final Pattern POINT_AFTER_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
    private static final Pattern POINT_BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");
    private static final Pattern PUNCTUATION_AFTER_NO_DIGIT = Pattern.compile("(\\P{N})(\\p{P})");
    private static final Pattern PUNCTUATION_BEFORE_NO_DIGIT = Pattern.compile("(\\p{P})(\\P{N})");
    private static final Pattern SYMBOL = Pattern.compile("(\\p{S})");

    private final String signature;

    BleuTokenizer(String signature) {
        this.signature = signature;
    }

    abstract List<String> tokens(String text);

    String signature() {
        return signature;
    }
}
