package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.Completion;

/**
 * What a model wrote, what it earned, and what was said of it.
 *
 * @param title where it comes from
 * @param earned the reward in words
 * @param prompt what it was asked
 * @param text what it wrote
 * @param feedback what was said, with places in the text
 * @param facts whatever else there is to say
 */
record CompletionCard(
        String title, String earned, String prompt, String text, List<Feedback> feedback, List<String> facts) {
    private static final String TEXT = "white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0;"
            + "font:12.5px/1.6 ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace";

    static CompletionCard of(String label, Completion completion) {
        List<String> facts = parts(completion.parts());
        facts.add(Numbers.count(completion.tokens(), "token", "tokens"));
        facts.addAll(completion.remarks());
        String earned =
                completion.reward().isPresent() ? Numbers.of(completion.reward().getAsDouble()) : "not applicable";
        String title = label + "task " + completion.task() + ", sample " + completion.sample();
        return new CompletionCard(title, earned, completion.prompt(), completion.text(), List.of(), counted(facts));
    }

    static CompletionCard of(RewardSample sample, Score score) {
        List<String> facts = parts(score.components());
        score.diagnostics().forEach((name, text) -> facts.add(name + ": " + text));
        String earned = score.applicable() ? Numbers.of(score.value()) : "not applicable";
        return new CompletionCard(
                "task " + sample.task().id(),
                earned,
                words(sample.task().prompt()),
                sample.completion(),
                score.feedback(),
                counted(facts));
    }

    private static String words(Prompt prompt) {
        if (prompt instanceof Prompt.Text text) {
            return text.text();
        }
        if (prompt instanceof Prompt.Chat chat) {
            Stream<String> lines = chat.conversation().messages().stream().map(CompletionCard::words);
            return String.join("\n", lines.toList());
        }
        return Numbers.count(((Prompt.Tokens) prompt).ids().length, "token", "tokens");
    }

    private static String words(ChatMessage message) {
        Content content = message.content();
        return message.role() + ": " + (content == null ? "" : content.value());
    }

    private static List<String> parts(Map<String, Double> parts) {
        List<String> words = new ArrayList<>();
        parts.forEach((name, value) -> words.add(name + " " + Numbers.of(value)));
        return words;
    }

    void appendHtml(StringBuilder html) {
        html.append(ViewHtml.OPEN)
                .append("<div style=\"display:flex;justify-content:space-between;gap:16px\"><span style=\"");
        html.append(ViewHtml.SOFT).append("\">").append(escaped(title)).append("</span><b>");
        html.append(escaped(earned)).append("</b></div>");
        html.append("<div style=\"").append(TEXT).append("\"><span style=\"color:#616a78\">");
        html.append(escaped(prompt)).append("</span><span style=\"color:#c9c4ba\"> \u2503 </span>");
        new MarkedText(text, feedback).appendHtml(html);
        html.append("</div>");
        alike().forEach((said, numbers) -> {
            html.append("<div style=\"font-size:12.5px\"><span style=\"").append(MarkedText.style(said.polarity()));
            html.append("\">").append(numbers).append("</span> ").append(escaped(said.text()));
            html.append(" <span style=\"").append(ViewHtml.SOFT).append("\">").append(escaped(said.source()));
            html.append("</span></div>");
        });
        if (!facts.isEmpty()) {
            html.append("<div style=\"").append(ViewHtml.SOFT).append("\">");
            html.append(escaped(String.join(" \u00b7 ", facts))).append("</div>");
        }
        html.append(ViewHtml.CLOSE);
    }

    /** Feedback without its places, each with the numbers under which it stands in the text. */
    private Map<Feedback, String> alike() {
        Map<Feedback, String> alike = new LinkedHashMap<>();
        for (int i = 0; i < feedback.size(); i++) {
            Feedback said = feedback.get(i);
            Feedback anywhere = new Feedback(said.text(), said.polarity(), Optional.empty(), said.source());
            alike.merge(anywhere, String.valueOf(i + 1), (numbers, number) -> numbers + ", " + number);
        }
        return alike;
    }

    /** What stands there several times is told once, and how often. */
    private static List<String> counted(List<String> facts) {
        Map<String, Integer> times = new LinkedHashMap<>();
        facts.forEach(fact -> times.merge(fact, 1, Integer::sum));
        return times.entrySet().stream()
                .map(fact -> fact.getKey() + (fact.getValue() == 1 ? "" : " (" + fact.getValue() + " times)"))
                .toList();
    }

    private static String escaped(String text) {
        return Html.escape(Html.shortened(text, ViewHtml.MOST_CHARACTERS));
    }

    void appendText(List<String> lines) {
        lines.add(line(title) + ": " + line(earned));
        lines.add("  " + line(prompt) + " | " + line(text));
        for (int i = 0; i < feedback.size(); i++) {
            Feedback said = feedback.get(i);
            String place = said.span()
                    .map(span -> " at \"" + line(MarkedText.part(text, span)) + "\"")
                    .orElse("");
            String words = line(said.text()) + " (" + line(said.source()) + ")";
            lines.add("  " + (i + 1) + " " + Words.of(said.polarity()) + place + ": " + words);
        }
        if (!facts.isEmpty()) {
            lines.add("  " + line(String.join(", ", facts)));
        }
    }

    private static String line(String text) {
        return Printable.line(Html.shortened(text, ViewHtml.MOST_CHARACTERS));
    }
}
