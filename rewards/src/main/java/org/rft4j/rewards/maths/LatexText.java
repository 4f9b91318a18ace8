package org.rft4j.rewards.maths;

import java.text.Normalizer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes from an answer what only changes how it looks, and writes other scripts' signs and digits in LaTeX and ASCII. */
final class LatexText {
    private static final Map<Character, String> SIGNS = Map.ofEntries(
            Map.entry('\u2212', "-"),
            Map.entry('\u2013', "-"),
            Map.entry('\u2014', "-"),
            Map.entry('\u2010', "-"),
            Map.entry('\u00d7', "\\times "),
            Map.entry('\u00f7', "/"),
            Map.entry('\u2044', "/"),
            Map.entry('\u2215', "/"),
            Map.entry('\u00b7', "\\cdot "),
            Map.entry('\u22c5', "\\cdot "),
            Map.entry('\u2217', "*"),
            Map.entry('\u221a', "\\sqrt "),
            Map.entry('\u221b', "\\cbrt "),
            Map.entry('\u221e', "\\infty "),
            Map.entry('\u2264', "\\le "),
            Map.entry('\u2265', "\\ge "),
            Map.entry('\u2260', "\\ne "),
            Map.entry('\u2208', "\\in "),
            Map.entry('\u222a', "\\cup "),
            Map.entry('\u2229', "\\cap "),
            Map.entry('\u2216', "\\setminus "),
            Map.entry('\u2205', "\\emptyset "),
            Map.entry('\u00b0', "^{\\circ}"),
            Map.entry('\u00ba', "^{\\circ}"),
            Map.entry('\u00b1', "\\pm "),
            Map.entry('\u2213', "\\mp "),
            Map.entry('\u211d', "\\mathbb{R}"),
            Map.entry('\u2124', "\\mathbb{Z}"),
            Map.entry('\u2115', "\\mathbb{N}"),
            Map.entry('\u211a', "\\mathbb{Q}"),
            Map.entry('\u066b', "."),
            Map.entry('\u066c', ","),
            Map.entry('\u3001', ","),
            Map.entry('\u3002', "."),
            Map.entry('\u20ac', "\\euro "),
            Map.entry('\u00a3', "\\pounds "),
            Map.entry('\u27e8', "\\langle "),
            Map.entry('\u27e9', "\\rangle "));
    private static final String GREEK_LETTERS =
            "\u03b1alpha \u03b2beta \u03b3gamma \u03b4delta \u03b5epsilon \u03b8theta \u03bblambda \u03bcmu \u03c0pi "
                    + "\u03c1rho \u03c3sigma \u03c4tau \u03c6phi \u03c8psi \u03c9omega \u0394Delta \u03a9Omega ";

    private static final Pattern DELIMITERS = Pattern.compile("\\\\[()]|(?<!\\\\)\\\\\\[|(?<!\\\\)\\\\\\]");
    private static final Pattern SIZES = Pattern.compile(
            "\\\\(?:left|right|middle|[bB]igg?[lrm]?)(?![a-zA-Z])\\s*\\.?|\\\\(?:displaystyle|textstyle|scriptstyle|limits|nolimits)(?![a-zA-Z])");
    private static final Pattern EMPTY_SPACES =
            Pattern.compile("(?<!\\\\)\\\\!|\\\\(?:hspace|vspace|phantom|hphantom|label|tag)\\*?\\{[^{}]*\\}");
    private static final Pattern THIN_SPACE_IN_NUMBER = Pattern.compile("(?<=\\d)(?:\\\\[,;: ]|~)(?=\\d{3}(?!\\d))");
    private static final Pattern SPACES =
            Pattern.compile("(?<!\\\\)\\\\[,;:> ]|\\\\q?quad(?![a-zA-Z])|~|&nbsp;|\\\\\\\\$");
    private static final Pattern BRACED_COMMA_THOUSANDS = Pattern.compile("(?<=\\d)\\{,\\}(?=\\d{3}(?!\\d))");
    private static final Pattern BRACED_COMMA = Pattern.compile("(?<=\\d)\\{,\\}(?=\\d)");
    private static final Pattern ENDING = Pattern.compile("[.,;:!?\\s]+$");
    private static final Pattern SUPERSCRIPTS = Pattern.compile("[\u207b\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207f]+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private static final Pattern TEMPERATURE = Pattern.compile(
            "\\^ ?\\{? ?\\\\circ ?\\}? ?(?:\\\\(?:text|mathrm|rm) ?\\{ ?([CF]) ?\\}|([CF]))(?![a-zA-Z])");
    private static final Pattern IDLE_BRACES = Pattern.compile("([_^])\\{(\\w)\\}(?!\\d)");
    private static final Pattern IDLE_BLANKS = Pattern.compile("(?<!\\w) | (?!\\w)");

    private static final Pattern TEXT_COMMANDS =
            Pattern.compile("\\\\(?:" + String.join("|", Names.TEXTS) + ")(?![a-zA-Z])");

    private LatexText() {}

    /** The answer without its looks; a factorial's sign at the end stays. */
    static String clean(String answer) {
        String text = inAscii(answer).strip();
        text = unmarked(text);
        text = dollars(text);
        text = DELIMITERS.matcher(text).replaceAll(" ");
        text = SIZES.matcher(text).replaceAll("");
        text = EMPTY_SPACES.matcher(text).replaceAll("");
        text = THIN_SPACE_IN_NUMBER.matcher(text).replaceAll("");
        text = SPACES.matcher(text).replaceAll(" ");
        text = BRACED_COMMA_THOUSANDS.matcher(text).replaceAll("");
        text = BRACED_COMMA.matcher(text).replaceAll(".");
        text = TEMPERATURE.matcher(text).replaceAll("\\\\text{\u00b0$1$2}");
        text = BLANKS.matcher(text).replaceAll(" ").strip();
        String unboxed = unboxed(withoutEnding(text));
        return unboxed.equals(text) ? text : withoutEnding(unboxed);
    }

    /** The cleaned answer without blanks and braces that mean nothing: two that are the same here are the same answer. */
    static String bare(String cleaned) {
        return IDLE_BLANKS
                .matcher(IDLE_BRACES.matcher(cleaned).replaceAll("$1$2"))
                .replaceAll("");
    }

    /** How texts are compared that are no formulas. */
    static String words(String cleaned) {
        String text = TEXT_COMMANDS.matcher(cleaned).replaceAll(" ").replaceAll("[{}\\\\$_^*`\"']", " ");
        text = BLANKS.matcher(text).replaceAll(" ").strip();
        text = ENDING.matcher(text).replaceAll("").toLowerCase(java.util.Locale.ROOT);
        return text.replaceAll("^\\((\\w+)\\)$", "$1").replaceAll("\\s*([,;()])\\s*", "$1");
    }

    private static String withoutEnding(String text) {
        int end = text.length();
        while (end > 0 && ".,;: ".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(0, end).strip();
    }

    /** Stars and backticks of markdown around the whole. */
    private static String unmarked(String text) {
        String bare = text;
        for (String mark : new String[] {"```", "**", "__", "`", "*"}) {
            if (bare.length() > 2 * mark.length() && bare.startsWith(mark) && bare.endsWith(mark)) {
                bare = bare.substring(mark.length(), bare.length() - mark.length())
                        .strip();
            }
        }
        return bare;
    }

    /** An odd dollar sign is money, even ones enclose formulas. */
    private static String dollars(String text) {
        String marked = text.replace("\\$", "\\dollar ");
        long count = marked.chars().filter(c -> c == '$').count();
        if (count % 2 == 1) {
            marked = marked.replaceFirst("\\$", Matcher.quoteReplacement("\\dollar "));
        }
        return marked.replace("$", " ");
    }

    private static String unboxed(String text) {
        String bare = text;
        for (String box : new String[] {"\\boxed", "\\fbox"}) {
            while (bare.startsWith(box)) {
                String inner = bare.substring(box.length()).strip();
                if (!inner.startsWith("{") || closing(inner) != inner.length() - 1) {
                    break;
                }
                bare = inner.substring(1, inner.length() - 1).strip();
            }
        }
        return bare;
    }

    /** Where the brace that opens a text is closed, or -1. */
    private static int closing(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private static String inAscii(String text) {
        String raised =
                SUPERSCRIPTS.matcher(text).replaceAll(m -> Matcher.quoteReplacement("^{" + normal(m.group()) + "}"));
        StringBuilder plain = new StringBuilder(raised.length() + 16);
        for (int i = 0; i < raised.length(); i++) {
            plain.append(inAscii(raised.charAt(i)));
        }
        return plain.toString();
    }

    private static String inAscii(char c) {
        if (c < 128) {
            return String.valueOf(c);
        }
        String sign = SIGNS.get(c);
        if (sign != null) {
            return sign;
        }
        if (Character.isDigit(c)) {
            return String.valueOf(Character.digit(c, 10));
        }
        int greek = GREEK_LETTERS.indexOf(c);
        if (greek >= 0) {
            return "\\" + GREEK_LETTERS.substring(greek + 1, GREEK_LETTERS.indexOf(' ', greek)) + " ";
        }
        String normal = normal(String.valueOf(c));
        int slash = normal.indexOf('\u2044');
        return slash > 0 ? "\\frac{" + normal.substring(0, slash) + "}{" + normal.substring(slash + 1) + "}" : normal;
    }

    private static String normal(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC).replace('\u2212', '-');
    }
}
