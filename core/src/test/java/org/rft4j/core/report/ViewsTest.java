package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.InvalidInputException;

class ViewsTest {
    private static final String HOSTILE = "<script>alert('1')</script>\u001b[2J\u202e";

    private static final TaskRecord TASK = TaskRecord.of("t<1>", "Go & write");

    private record Run(String name, double reward, int steps, OptionalDouble best, Optional<String> note) {}

    @Test
    void tableOfRecords() {
        View table = Views.table(List.of(
                new Run("grpo", 0.25, 1200, OptionalDouble.of(0.5), Optional.empty()),
                new Run("ppo\n2", 10, 8, OptionalDouble.empty(), Optional.of("slow"))));

        assertThat(table).hasToString("""
                name    reward  steps  best  note
                grpo      0.25   1200   0.5  -
                ppo\\n2      10      8     -  slow""");
        assertThat(table.html())
                .contains(
                        "text-align:right\">reward</th>",
                        "text-align:right\">0.25</td>",
                        "text-align:left\">ppo\n2</td>");
    }

    @Test
    void tableOfMaps() {
        Map<String, @Nullable Object> second = new LinkedHashMap<>();
        second.put("b", null);
        second.put("c", List.of(1));

        assertThat(Views.table(List.of(Map.of("a", true), second))).hasToString("""
                a     b  c
                true  -  -
                -     -  [1]""");
        assertThat(Views.facts(new LinkedHashMap<>(Map.of("loss", 1e-9)))).hasToString("""
                name  value
                loss   1e-9""");
    }

    @Test
    void rowsThatAreNoRows() {
        assertThatThrownBy(() -> Views.table(List.of("one")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "row of a table was java.lang.String, must be a record or a map; name its parts by a record");
    }

    @Test
    void longTablesAreCut() {
        View table = Views.table(IntStream.range(0, Views.MOST_ROWS + 7)
                .mapToObj(i -> Map.of("i", i))
                .toList());

        assertThat(table.text().lines()).hasSize(Views.MOST_ROWS + 2);
        assertThat(table.text()).endsWith("\n7 more rows");
        assertThat(table.html()).contains("7 more rows").doesNotContain(">" + Views.MOST_ROWS + "</td>");
        assertThat(Views.table(List.of(Map.of("a", "x".repeat(5000)))).html()).contains("2,000 more characters");
    }

    @Test
    void feedbackIsMarkedWhereItPoints() {
        Score score = Score.of(0.5)
                .withComponent("form", 1)
                .withDiagnostic("read", "4")
                .withFeedback(
                        Feedback.negative("too long", "brief").at(new CharSpan(4, 9)),
                        Feedback.positive("kind", "tone").at(new CharSpan(7, 13)),
                        Feedback.neutral("short", "size"));

        View view = Views.scored(RewardSample.of(TASK, "one three seven"), score);

        assertThat(view).hasToString("""
                task t<1>: 0.5
                  Go & write | one three seven
                  1 negative at "three": too long (brief)
                  2 positive at "ee sev": kind (tone)
                  3 neutral: short (size)
                  form 1, read: 4""");
        assertThat(marks(view)).isEqualTo("one [-thr][-ee^1][+ sev^2]en");
        assertThat(view.html()).contains("task t&lt;1&gt;", "Go &amp; write", "form 1 \u00b7 read: 4");
    }

    /** The text with its marks: a sign for the colour, and the numbers that end there. */
    private static String marks(View view) {
        String html = view.html();
        String text = html.substring(html.indexOf("\u2503 </span>") + 9);
        return text.substring(0, text.indexOf("</div>"))
                .replaceAll("<mark style=\"background:#fbdde1[^>]*>", "[-")
                .replaceAll("<mark style=\"background:#d6f0e0[^>]*>", "[+")
                .replaceAll("<mark style=\"background:#e3e8f2[^>]*>", "[=")
                .replaceAll("<sup[^>]*>([^<]*)</sup>", "^$1")
                .replace("</mark>", "]");
    }

    @Test
    void spansThatDoNotFit() {
        Score score = Score.of(0)
                .withFeedback(
                        Feedback.neutral("beyond", "s").at(new CharSpan(3, 99)),
                        Feedback.neutral("far beyond", "s").at(new CharSpan(50, 99)),
                        Feedback.neutral("half", "s").at(new CharSpan(0, 2)));

        View view = Views.scored(RewardSample.of(TASK, "a\ud83d\ude00b"), score);

        assertThat(marks(view)).isEqualTo("[=a^3]\ud83d\ude00[=b^1]");
        assertThat(view.text()).contains("1 neutral at \"b\"", "2 neutral at \"\"", "3 neutral at \"a\"");
    }

    @Test
    void feedbackThatIsAlikeIsToldOnce() {
        Score score = Score.of(1)
                .withFeedback(
                        Feedback.positive("an s", "s").at(new CharSpan(0, 3)),
                        Feedback.positive("an s", "s").at(new CharSpan(4, 8)));

        String html = Views.scored(RewardSample.of(TASK, "saw some"), score).html();

        assertThat(html).contains(">1, 2</span> an s ").containsOnlyOnce(" an s ");
    }

    @Test
    void notApplicable() {
        View view = Views.scored(RewardSample.of(TASK, "one"), Score.notApplicable("no answer is known"));

        assertThat(view.text()).contains("task t<1>: not applicable", "notApplicable: no answer is known");
    }

    @Test
    void promptsOfAllKinds() {
        TaskRecord chat =
                new TaskRecord("c", Prompt.of(ChatMessage.system("Be brief."), ChatMessage.user("Why?")), Map.of());
        TaskRecord tokens = new TaskRecord("k", Prompt.of(new long[] {1, 2}), Map.of());

        assertThat(Views.scored(RewardSample.of(chat, "So."), Score.of(1)).text())
                .contains("  system: Be brief.\\nuser: Why? | So.");
        assertThat(Views.scored(RewardSample.of(tokens, "So."), Score.of(1)).text())
                .contains("  2 tokens | So.");
    }

    @Test
    void whatAModelWroteIsEscapedEverywhere() {
        Score score = Score.of(1)
                .withComponent(HOSTILE, 1)
                .withDiagnostic(HOSTILE, HOSTILE)
                .withFeedback(Feedback.negative(HOSTILE, HOSTILE).at(new CharSpan(2, 9)));
        TaskRecord task = TaskRecord.of(HOSTILE, HOSTILE);
        Completion completion = new Completion(
                HOSTILE, 0, HOSTILE, HOSTILE, OptionalDouble.of(1), Map.of(HOSTILE, 1.0), 1, List.of(HOSTILE));

        for (View view : List.of(
                Views.scored(RewardSample.of(task, HOSTILE), score),
                Views.completions(List.of(completion)),
                Views.table(List.of(Map.of(HOSTILE, HOSTILE))),
                Views.facts(Map.of(HOSTILE, HOSTILE)))) {
            assertThat(view.html()).doesNotContain("<script", "\u001b", "alert('1')");
            assertThat(view.html()).contains("alert(&#39;1&#39;)");
            assertThat(view.text()).doesNotContain("\u001b", "\u202e").contains("\\u001b");
        }
    }

    @Test
    void longTextsAreCut() {
        RewardSample sample = RewardSample.of(TASK, "x".repeat(4000));
        Score score = Score.of(1).withFeedback(Feedback.neutral("end", "s").at(new CharSpan(2990, 3990)));

        assertThat(marks(Views.scored(sample, score))).endsWith("x[=xxxxxxxxxx]\u2026 (1,000 more characters)");
    }

    @Test
    void completions() {
        Completion one = new Completion(
                "sum",
                3,
                "2 + 2?",
                "4",
                OptionalDouble.of(1),
                Map.of("right", 1.0),
                2,
                List.of("end of text", "good", "good"));
        Completion other = new Completion("sum", 4, "2 + 2?", "5", OptionalDouble.empty(), Map.of(), 1, List.of());

        assertThat(Views.completions(List.of(one, other))).hasToString("""
                task sum, sample 3: 1
                  2 + 2? | 4
                  right 1, 2 tokens, end of text, good (2 times)
                task sum, sample 4: not applicable
                  2 + 2? | 5
                  1 token""");
        View many = Views.completions(Collections.nCopies(Views.MOST_COMPLETIONS + 1, one));
        assertThat(many.text()).endsWith("\n1 more completion");
    }

    @Test
    void completionsOverTime(@TempDir Path folder) {
        try (CompletionsLog log = CompletionsLog.open(folder, 0, 1)) {
            for (int round = 0; round < 2; round++) {
                log.sampled(new RoundReport(round, round * 4L, List.of(written(0, round), written(1, round + 0.5))));
            }
        }

        assertThat(Views.completionsOverTime(folder).text().lines().filter(line -> !line.startsWith(" ")))
                .containsExactly(
                        "Best after 0 steps, task t, sample 1: 0.5",
                        "Worst after 0 steps, task t, sample 0: 0",
                        "Best after 4 steps, task t, sample 1: 1.5",
                        "Worst after 4 steps, task t, sample 0: 1");
    }

    private static Completion written(int sample, double reward) {
        return new Completion("t", sample, "p", "w", OptionalDouble.of(reward), Map.of(), 1, List.of());
    }
}
