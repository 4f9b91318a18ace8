package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.RoundReport;

final class CompletionsLogTest {
    private static final Completion RIGHT = new Completion(
            "7", 0, "2 + 2?\n", "\u201c4\u201d", OptionalDouble.of(1), Map.of("right", 1.0), 2, List.of("end of text"));

    private static final Completion UNJUDGED =
            new Completion("7", 1, "2 + 2?\n", "", OptionalDouble.empty(), Map.of(), 0, List.of());

    @TempDir
    Path folder;

    @Test
    void aCompletionIsALine() {
        try (CompletionsLog log = CompletionsLog.open(folder, 0, 1)) {
            log.sampled(new RoundReport(3, 6, List.of(RIGHT, UNJUDGED)));
            log.evaluated(new EvaluationReport("held-out", 6, Map.of(), List.of(RIGHT)));
        }
        assertThat(folder.resolve("completions.jsonl")).hasContent("""
                        {"round":3,"step":6,"task":"7","sample":0,"prompt":"2 + 2?\\n","text":"\u201c4\u201d","reward":1.0,\
                        "parts":{"right":1.0},"tokens":2,"remarks":["end of text"]}
                        {"round":3,"step":6,"task":"7","sample":1,"prompt":"2 + 2?\\n","text":"","reward":null,"parts":{},\
                        "tokens":0,"remarks":[]}
                        {"evaluation":"held-out","step":6,"task":"7","sample":0,"prompt":"2 + 2?\\n","text":"\u201c4\u201d","reward":1.0,\
                        "parts":{"right":1.0},"tokens":2,"remarks":["end of text"]}
                        """);
    }

    @Test
    void roundsAreFoundAndReadAgain() {
        try (CompletionsLog log = CompletionsLog.open(folder, 0, 2)) {
            for (long round = 0; round < 5; round++) {
                log.sampled(new RoundReport(round, 2 * round, List.of(RIGHT, UNJUDGED)));
                log.evaluated(new EvaluationReport("held-out", 2 * round, Map.of(), List.of(RIGHT)));
            }
        }
        assertThat(CompletionsLog.rounds(folder).keySet()).containsExactly(0L, 2L, 4L);
        CompletionsLog.rounds(folder)
                .forEach((round, start) -> assertThat(CompletionsLog.round(folder, start))
                        .isEqualTo(new RoundReport(round, 2 * round, List.of(RIGHT, UNJUDGED))));
    }

    @Test
    void goesOnWhereTheCheckpointSays() throws IOException {
        long position;
        try (CompletionsLog log = CompletionsLog.open(folder, 0, 1)) {
            log.sampled(new RoundReport(0, 0, List.of(RIGHT)));
            position = log.position();
            log.sampled(new RoundReport(1, 1, List.of(RIGHT)));
        }
        byte[] whole = Files.readAllBytes(folder.resolve("completions.jsonl"));
        try (CompletionsLog log = CompletionsLog.open(folder, position, 1)) {
            assertThat(log.position()).isEqualTo(position);
            log.sampled(new RoundReport(1, 1, List.of(RIGHT)));
        }
        assertThat(folder.resolve("completions.jsonl")).hasBinaryContent(whole);
        assertThatThrownBy(() -> CompletionsLog.open(folder, whole.length + 1, 1))
                .hasMessageStartingWith(
                        "length of completions.jsonl was " + whole.length + ", must be at least " + (whole.length + 1));
    }

    @Test
    void halfASurrogatePairBecomesAQuestionMark() {
        Completion broken = new Completion("7", 0, "", "a\ud83d!", OptionalDouble.empty(), Map.of(), 1, List.of());
        try (CompletionsLog log = CompletionsLog.open(folder, 0, 1)) {
            log.sampled(new RoundReport(0, 0, List.of(broken)));
        }
        assertThat(CompletionsLog.round(folder, 0).completions().get(0).text()).isEqualTo("a?!");
    }

    @Test
    void everyRoundsMustBePositive() {
        assertThatThrownBy(() -> CompletionsLog.open(folder, 0, 0))
                .hasMessage("everyRounds was 0, must be at least 1; use 1 to write all rounds");
    }
}
