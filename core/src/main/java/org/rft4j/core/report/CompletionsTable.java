package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunListener;
import org.rft4j.engine.Check;

/**
 * Shows completions on a console as a table: prompt, completion, each part of the reward, the reward. A completion is one line, cut to the
 * width there is; line breaks and control characters are shown as escapes. Parts are left out, last one first, where prompt and completion would get too
 * little room. To be called by one thread.
 */
public final class CompletionsTable implements RunListener {
    private static final String GAP = "  ";
    private static final int LEAST_FOR_TEXTS = 32;
    private static final int WIDEST_NUMBER = 12;

    private final Screen screen;
    private final int everyRounds;
    private final int rows;

    /**
     * Shows completions on a console.
     *
     * @param screen the console
     * @param everyRounds 1 shows all rounds, n every n-th beginning with the first
     * @param rows how many completions of a round are shown, the first ones
     */
    public CompletionsTable(Screen screen, int everyRounds, int rows) {
        Check.that(everyRounds >= 1, "everyRounds", everyRounds, "must be at least 1", "use 1 to show all rounds");
        Check.that(rows >= 1, "rows", rows, "must be at least 1", "do without the table to show none");
        this.screen = screen;
        this.everyRounds = everyRounds;
        this.rows = rows;
    }

    @Override
    public void sampled(RoundReport round) {
        if (round.round() % everyRounds == 0) {
            String all = Numbers.count(round.completions().size(), "completion", "completions");
            screen.line("round " + Numbers.of(round.round()) + ", " + all);
            table(round.completions().stream().limit(rows).toList());
        }
    }

    private void table(List<Completion> completions) {
        List<List<String>> numbers = new ArrayList<>();
        Set<String> parts = new LinkedHashSet<>();
        completions.forEach(completion -> parts.addAll(completion.parts().keySet()));
        for (String part : parts) {
            List<String> column = new ArrayList<>(List.of(Printable.line(part)));
            completions.forEach(c -> column.add(
                    c.parts().containsKey(part) ? Numbers.of(c.parts().get(part)) : "-"));
            numbers.add(column);
        }
        List<String> rewards = new ArrayList<>(List.of("reward"));
        completions.forEach(
                c -> rewards.add(c.reward().isPresent() ? Numbers.of(c.reward().getAsDouble()) : "-"));
        numbers.add(rewards);
        while (numbers.size() > 1 && roomForTexts(numbers) < LEAST_FOR_TEXTS) {
            numbers.remove(numbers.size() - 2);
        }
        int room = Math.max(2, roomForTexts(numbers));
        line("prompt", "completion", numbers, 0, room);
        screen.line("-".repeat(screen.terminal().width() - 1));
        for (int i = 0; i < completions.size(); i++) {
            Completion completion = completions.get(i);
            line(Printable.line(completion.prompt()), Printable.line(completion.text()), numbers, i + 1, room);
        }
    }

    private int roomForTexts(List<List<String>> numbers) {
        int used = numbers.stream()
                .mapToInt(column -> width(column) + GAP.length())
                .sum();
        return screen.terminal().width() - 1 - used - GAP.length();
    }

    private static int width(List<String> column) {
        int width = column.stream().mapToInt(Printable::width).max().orElse(0);
        return Math.min(WIDEST_NUMBER, width);
    }

    /** A third of the room is for the prompt. */
    private void line(String prompt, String text, List<List<String>> numbers, int row, int room) {
        int forPrompt = room / 3;
        StringBuilder line = new StringBuilder(Printable.column(prompt, forPrompt)).append(GAP);
        line.append(Printable.column(text, room - forPrompt));
        for (List<String> column : numbers) {
            String cell = Printable.column(column.get(row), width(column)).stripTrailing();
            line.append(GAP)
                    .append(" ".repeat(width(column) - Printable.width(cell)))
                    .append(cell);
        }
        screen.line(line.toString());
    }
}
