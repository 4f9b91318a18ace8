package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rft4j.core.run.Completion;

/** Shows what a policy wrote over time. */
final class SamplesHtml {
    private static final int MOST_CHARACTERS = 3000;

    private final StringBuilder html;

    SamplesHtml(StringBuilder html) {
        this.html = html;
    }

    void append(List<SampleRound> rounds) {
        if (rounds.isEmpty()) {
            return;
        }
        html.append("<h2>Completions over time</h2>\n");
        for (SampleRound round : rounds) {
            html.append("<section class=\"round\"><div><b>Round ")
                    .append(Numbers.of(round.round()))
                    .append("</b>");
            html.append("<small>after ")
                    .append(Numbers.count(round.stepsDone(), "step", "steps"))
                    .append("</small>");
            round.meanReward()
                    .ifPresent(mean -> html.append("<small>mean reward ")
                            .append(Numbers.of(mean))
                            .append("</small>"));
            html.append("</div><div class=\"pair\">");
            round.samples().forEach(this::sample);
            html.append("</div></section>\n");
        }
    }

    private void sample(SampleRound.Sample sample) {
        Completion completion = sample.completion();
        html.append("<article class=\"sample ")
                .append(sample.label().split(" ")[0].toLowerCase(Locale.ROOT))
                .append("\"><h3><span>");
        html.append(sample.label()).append("</span>");
        completion
                .reward()
                .ifPresent(
                        reward -> html.append("<b>").append(Numbers.of(reward)).append("</b>"));
        html.append("</h3><pre class=\"prompt\">")
                .append(text(completion.prompt()))
                .append("</pre><pre>");
        html.append(text(completion.text())).append("</pre><p>");
        List<String> facts = new ArrayList<>();
        completion.parts().forEach((name, value) -> facts.add(name + " " + Numbers.of(value)));
        facts.add(Numbers.count(completion.tokens(), "token", "tokens"));
        facts.add("task " + completion.task() + ", sample " + completion.sample());
        facts.addAll(completion.remarks());
        html.append(Html.escape(Html.shortened(String.join(" \u00b7 ", facts), MOST_CHARACTERS)));
        html.append("</p></article>");
    }

    /** A parser drops a line break that follows {@code <pre>} at once, so one of its own is given to it. */
    private static String text(String text) {
        return "\n" + Html.escape(Html.shortened(text, MOST_CHARACTERS));
    }
}
