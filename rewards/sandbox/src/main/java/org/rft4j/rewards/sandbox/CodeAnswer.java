package org.rft4j.rewards.sandbox;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.core.tokenizer.CharSpan;

/**
 * The code in a completion: the last fenced block of the language, else the last without a language, else all of it.
 *
 * @param code the code
 * @param start where it begins in the completion
 */
record CodeAnswer(String code, int start) {
    private static final Pattern FENCE = Pattern.compile(
            "(?m)^[ \\t]*```[ \\t]*([\\w+#.-]*)[^\\n]*\\n(.*?)^[ \\t]*```[ \\t]*$", Pattern.DOTALL | Pattern.MULTILINE);

    static CodeAnswer in(String completion, Language language) {
        Optional<CodeAnswer> named = Optional.empty();
        Optional<CodeAnswer> unnamed = Optional.empty();
        Matcher fences = FENCE.matcher(completion);
        while (fences.find()) {
            String name = fences.group(1).toLowerCase(Locale.ROOT);
            Optional<CodeAnswer> found = Optional.of(new CodeAnswer(fences.group(2), fences.start(2)));
            named = language.names().contains(name) ? found : named;
            unnamed = name.isEmpty() ? found : unnamed;
        }
        CodeAnswer whole = new CodeAnswer(completion, 0);
        return named.or(() -> fallback(completion, whole)).orElse(unnamed.orElse(whole));
    }

    private static Optional<CodeAnswer> fallback(String completion, CodeAnswer whole) {
        return completion.contains("```") ? Optional.empty() : Optional.of(whole);
    }

    /** Where a line of the code, counted from 1, stands in the completion. */
    Optional<CharSpan> line(int number) {
        int from = 0;
        for (int line = 1; line < number; line++) {
            from = code.indexOf('\n', from) + 1;
            if (from == 0) {
                return Optional.empty();
            }
        }
        int to = code.indexOf('\n', from);
        return number < 1
                ? Optional.empty()
                : Optional.of(new CharSpan(start + from, start + (to < 0 ? code.length() : to)));
    }
}
