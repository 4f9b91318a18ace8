package org.rft4j.core.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.Completion;

/**
 * Makes views of what one wants to see in a notebook. Of a table at most {@value #MOST_ROWS} rows are shown, of completions at most
 * {@value #MOST_COMPLETIONS}, of a text at most 3000 characters; what is left out is counted. All functions may be called by any thread, as
 * long as nobody changes what they are given meanwhile.
 */
public final class Views {
    /** The longest table. */
    public static final int MOST_ROWS = 200;

    /** The most completions in one view. */
    public static final int MOST_COMPLETIONS = 40;

    private Views() {}

    /**
     * A table.
     *
     * @param rows records, whose components are the columns, or maps, whose keys are; columns stand in the order in which they first come
     * @return the view
     */
    public static View table(Collection<?> rows) {
        return TableView.of(rows, MOST_ROWS);
    }

    /**
     * A table of names and what belongs to them.
     *
     * @param facts such as the metrics of a step
     * @return the view
     */
    public static View facts(Map<String, ?> facts) {
        return table(facts.entrySet().stream()
                .map(fact -> new Fact(fact.getKey(), fact.getValue()))
                .toList());
    }

    /** A row of a table of facts. */
    private record Fact(String name, Object value) {}

    /**
     * Completions with prompt, reward and its parts.
     *
     * @param completions as a round or an evaluation tells them
     * @return the view
     */
    public static View completions(List<Completion> completions) {
        return cards(completions.stream()
                .map(completion -> CompletionCard.of("", completion))
                .toList());
    }

    /**
     * What a policy wrote over time: the best and the worst completion of up to five rounds, from the first to the last.
     *
     * @param folder the run's folder
     * @return the view, empty if the run has not kept completions
     */
    public static View completionsOverTime(Path folder) {
        List<CompletionCard> cards = new ArrayList<>();
        for (SampleRound round : SampleRound.of(folder)) {
            for (SampleRound.Sample sample : round.samples()) {
                String label = sample.label() + " after " + Numbers.count(round.stepsDone(), "step", "steps") + ", ";
                cards.add(CompletionCard.of(label, sample.completion()));
            }
        }
        return cards(cards);
    }

    /**
     * A completion with what a reward says of it: the value, its components, the feedback, and in the text the places that feedback is about.
     *
     * @param sample what the reward saw
     * @param score what it said
     * @return the view
     */
    public static View scored(RewardSample sample, Score score) {
        return cards(List.of(CompletionCard.of(sample, score)));
    }

    private static View cards(List<CompletionCard> cards) {
        StringBuilder html = new StringBuilder();
        List<String> lines = new ArrayList<>();
        cards.stream().limit(MOST_COMPLETIONS).forEach(card -> {
            card.appendHtml(html);
            card.appendText(lines);
        });
        if (cards.size() > MOST_COMPLETIONS) {
            String more = Numbers.count(cards.size() - MOST_COMPLETIONS, "more completion", "more completions");
            html.append("<div style=\"")
                    .append(ViewHtml.SOFT)
                    .append("\">")
                    .append(more)
                    .append("</div>");
            lines.add(more);
        }
        return new View(html.toString(), String.join("\n", lines));
    }
}
