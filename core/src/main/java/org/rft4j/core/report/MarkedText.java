package org.rft4j.core.report;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Feedback.Polarity;
import org.rft4j.core.tokenizer.CharSpan;

/**
 * A text in which the parts that feedback is about are marked. Where several lie over each other, blame shows before praise, and praise
 * before what is neither. Spans that reach beyond the text are cut, and none cuts a character in two.
 */
final class MarkedText {
    private static final List<Polarity> BY_WEIGHT = List.of(Polarity.NEGATIVE, Polarity.POSITIVE, Polarity.NEUTRAL);

    private final String text;
    private final List<Feedback> feedback;

    MarkedText(String text, List<Feedback> feedback) {
        this.text = text;
        this.feedback = feedback;
    }

    void appendHtml(StringBuilder html) {
        int shown = Math.min(text.length(), ViewHtml.MOST_CHARACTERS);
        TreeSet<Integer> cuts = new TreeSet<>(List.of(0, whole(text, shown)));
        feedback.forEach(said -> said.span().ifPresent(span -> {
            cuts.add(whole(text, Math.min(shown, span.start())));
            cuts.add(whole(text, Math.min(shown, span.end())));
        }));
        int from = cuts.first();
        for (int to : cuts.tailSet(from, false)) {
            append(html, from, to);
            from = to;
        }
        if (from < text.length()) {
            html.append("\u2026 (")
                    .append(Numbers.count(text.length() - from, "more character", "more characters"))
                    .append(")");
        }
    }

    private void append(StringBuilder html, int from, int to) {
        String part = Html.escape(text.substring(from, to));
        List<Integer> about = about(from, to);
        if (about.isEmpty()) {
            html.append(part);
            return;
        }
        Polarity heaviest = BY_WEIGHT.stream()
                .filter(polarity -> about.stream().anyMatch(i -> feedback.get(i).polarity() == polarity))
                .findFirst()
                .orElse(Polarity.NEUTRAL);
        html.append("<mark style=\"").append(style(heaviest)).append("\">").append(part);
        String ending = String.join(
                ",",
                about.stream()
                        .filter(i -> end(i) == to)
                        .map(i -> String.valueOf(i + 1))
                        .toList());
        if (!ending.isEmpty()) {
            html.append("<sup style=\"font-size:9px;line-height:0\">")
                    .append(ending)
                    .append("</sup>");
        }
        html.append("</mark>");
    }

    private int end(int i) {
        return feedback.get(i)
                .span()
                .map(span -> whole(text, Math.min(text.length(), span.end())))
                .orElse(-1);
    }

    /** Which feedback is about all of a part. */
    private List<Integer> about(int from, int to) {
        return IntStream.range(0, feedback.size())
                .filter(i -> feedback.get(i)
                        .span()
                        .filter(span -> whole(text, Math.min(text.length(), span.start())) <= from)
                        .isPresent())
                .filter(i -> end(i) >= to)
                .boxed()
                .toList();
    }

    /** How what a polarity is said of looks. */
    static String style(Polarity polarity) {
        String colours = switch (polarity) {
            case POSITIVE -> "background:#d6f0e0;color:#0f5c38";
            case NEGATIVE -> "background:#fbdde1;color:#8c1c30";
            case NEUTRAL -> "background:#e3e8f2;color:#2c3f63";
        };
        return colours + ";padding:0 3px;border-radius:3px";
    }

    /** The part of a text that a span is about, as far as there is one. */
    static String part(String text, CharSpan span) {
        int from = whole(text, Math.min(text.length(), span.start()));
        return text.substring(from, Math.max(from, whole(text, Math.min(text.length(), span.end()))));
    }

    /** The same place, or the one before it if it lies between the two halves of a character. */
    private static int whole(String text, int place) {
        boolean within = place > 0
                && place < text.length()
                && Character.isHighSurrogate(text.charAt(place - 1))
                && Character.isLowSurrogate(text.charAt(place));
        return within ? place - 1 : place;
    }
}
