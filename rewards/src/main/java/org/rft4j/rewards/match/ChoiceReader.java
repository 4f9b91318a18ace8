package org.rft4j.rewards.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.rewards.answer.AnswerExtraction;
import org.rft4j.rewards.answer.AnswerPhrase;
import org.rft4j.rewards.answer.Boxed;
import org.rft4j.rewards.answer.FoundAnswer;
import org.rft4j.rewards.answer.InTag;

/** Finds which option a completion chose. */
final class ChoiceReader {
    private static final List<AnswerExtraction> MARKED = List.of(Boxed.LAST, InTag.ANSWER, AnswerPhrase.LAST);
    private static final Pattern MARKUP =
            Pattern.compile("\\\\(?:textbf|text|mathbf|mathrm|mbox|boxed|fbox)\\s*|[{}$*_`\"\u201c\u201d]");
    private static final Pattern NAMED =
            Pattern.compile("^(?:option|choice|answer|letter)\\s+", Pattern.CASE_INSENSITIVE);
    private static final Pattern LETTER =
            Pattern.compile("^[(\\[]?([A-Za-z])[)\\]]?\\s*([.:),\\]-]?)\\s*(.*)$", Pattern.DOTALL);
    private static final Pattern OTHERS = Pattern.compile(
            "(?:\\b(?:or|and|nor)\\b|[,/&])\\s*(?:option\\s+)?[(\\[]?([A-Z])(?![A-Za-z])", Pattern.CASE_INSENSITIVE);
    private static final Pattern SAID = Pattern.compile(
            "(?:\\b(?i:option|choice)\\s+[(\\[]?([A-Z])\\b)|(?:[(\\[]([A-Z])[)\\]])|(?:(?m:^)[ \\t]*([A-Z])[.)]?[ \\t]*(?m:$))");

    private final List<String> choices;
    private final int count;
    private final boolean lastMention;

    /**
     * @param choices the options' texts, empty where only letters are known
     * @param lastMention whether, without a marked answer, the option counts that was named last
     */
    ChoiceReader(List<String> choices, int count, boolean lastMention) {
        this.choices = choices;
        this.count = count;
        this.lastMention = lastMention;
    }

    /** The option, 0 for A, or -1 for an answer that names none or several. */
    record Choice(int index, FoundAnswer answer) {}

    Optional<Choice> find(String text) {
        for (AnswerExtraction mark : MARKED) {
            Optional<FoundAnswer> answer = mark.find(text);
            if (answer.isPresent()) {
                return Optional.of(new Choice(read(answer.get().text()), answer.get()));
            }
        }
        FoundAnswer line = lastLine(text);
        int index = read(line.text());
        if (index >= 0) {
            return Optional.of(new Choice(index, line));
        }
        return lastMention ? mentioned(text) : Optional.empty();
    }

    private static FoundAnswer lastLine(String text) {
        String bare = text.stripTrailing();
        int start = bare.lastIndexOf('\n') + 1;
        return new FoundAnswer(bare.substring(start).strip(), new CharSpan(start, bare.length()));
    }

    private Optional<Choice> mentioned(String text) {
        Choice last = null;
        Matcher matcher = SAID.matcher(text);
        while (matcher.find()) {
            for (int group = 1; group <= matcher.groupCount(); group++) {
                String letter = matcher.group(group);
                int index = letter == null ? -1 : letter.charAt(0) - 'A';
                if (index >= 0 && index < count) {
                    CharSpan span = new CharSpan(matcher.start(group), matcher.end(group));
                    last = new Choice(index, new FoundAnswer(letter, span));
                }
            }
        }
        return Optional.ofNullable(last);
    }

    /** The option that an answer names, by letter or text, or -1. */
    int read(String answer) {
        String bare = MARKUP.matcher(answer).replaceAll("").strip();
        bare = NAMED.matcher(bare).replaceFirst("");
        int byText = byText(bare);
        if (byText >= 0) {
            return byText;
        }
        Matcher letter = LETTER.matcher(bare);
        if (!letter.matches()) {
            return -1;
        }
        int index = letter.group(1).toUpperCase(Locale.ROOT).charAt(0) - 'A';
        String rest = letter.group(3).strip();
        if (index >= count || hedges(bare, index)) {
            return -1;
        }
        if (rest.isEmpty() || rest.matches("[.!)\\]]*")) {
            return index;
        }
        boolean delimited = !letter.group(2).isEmpty() || bare.startsWith("(") || bare.startsWith("[");
        if (choices.isEmpty()) {
            return delimited ? index : -1;
        }
        // "B. Paris" must be what B says
        int said = byText(rest);
        boolean another = said >= 0 && said != index;
        return another || (!delimited && said != index) ? -1 : index;
    }

    private boolean hedges(String bare, int index) {
        Matcher other = OTHERS.matcher(bare);
        while (other.find()) {
            int second = other.group(1).toUpperCase(Locale.ROOT).charAt(0) - 'A';
            if (second != index && second < count) {
                return true;
            }
        }
        return false;
    }

    private int byText(String answer) {
        String form = TextForm.NORMALISED.of(answer);
        List<Integer> same = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            if (!form.isEmpty() && TextForm.NORMALISED.of(choices.get(i)).equals(form)) {
                same.add(i);
            }
        }
        return same.size() == 1 ? same.get(0) : -1;
    }
}
