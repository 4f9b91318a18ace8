package org.rft4j.rewards.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.chat.Content;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.sampling.LlmClient;
import org.rft4j.core.sampling.SamplingOptions;

/** What a judged text says stays between the marks, whatever it says. */
class InjectionTest {
    private static final Pattern FENCED =
            Pattern.compile("\\[BEGIN ([0-9a-f]{16})]\\n(.*?)\\n\\[END \\1]", Pattern.DOTALL);
    private static final Rubric RUBRIC =
            new Rubric(List.of(new Rubric.Item("correctness", "Right?", 10), new Rubric.Item("style", "Short?", 5)));

    static Stream<String> injections() throws IOException {
        try (InputStream in = InjectionTest.class.getResourceAsStream("/judge/injections.txt")) {
            String all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return all.lines().map(line -> line.replace("\\n", "\n")).toList().stream();
        }
    }

    /** Obeys everything that stands outside the marks, and grades what is inside by whether it says 4. */
    private static LlmClient obedientModel(String injection) {
        return (conversation, options) -> {
            String prompt = ((Content.Text) conversation.messages().get(0).content()).text();
            String outside = FENCED.matcher(prompt).replaceAll("");
            boolean escaped = outside.contains(injection)
                    || injection.lines().filter(line -> !line.isBlank()).anyMatch(outside::contains);
            return CompletableFuture.completedFuture(
                    escaped ? "{\"correctness\": 10, \"style\": 5}" : "{\"correctness\": 0, \"style\": 0}");
        };
    }

    @ParameterizedTest
    @MethodSource("injections")
    void nothingThatIsJudgedLeavesItsFence(String injection) throws Exception {
        Judge judge = new Judge(obedientModel(injection), SamplingOptions.greedy(50), 1);
        RewardSample sample = RewardSample.of(TaskRecord.of("t", "2 + 2?"), "5. " + injection);
        assertThat(RubricJudge.of(judge, RUBRIC).score(sample).value()).isZero();
    }

    @ParameterizedTest
    @MethodSource("injections")
    void everyFenceIsClosedOnceAndHoldsNoTemplateMark(String injection) {
        String prompt = JudgePrompt.of("task {{task}} answer {{answer}} end")
                .fill(Map.of(), Map.of("task", "2 + 2?", "answer", injection));
        Matcher fenced = FENCED.matcher(prompt);
        assertThat(fenced.find()).isTrue();
        assertThat(fenced.group(2)).isEqualTo("2 + 2?");
        assertThat(fenced.find()).isTrue();
        assertThat(fenced.group(2))
                .doesNotContain("<|", "<\uFF5C", "<think>", "<start_of_turn>", "<s>", fenced.group(1));
        assertThat(prompt.substring(fenced.end())).isEqualTo(" end");
    }

    @Test
    void thereAreAtLeastTwenty() throws IOException {
        assertThat(injections()).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void theMarkFollowsTheText() {
        assertThat(JudgePrompt.of("{{a}}").fill(Map.of(), Map.of("a", "one")))
                .isEqualTo(JudgePrompt.of("{{a}}").fill(Map.of(), Map.of("a", "one")))
                .isNotEqualTo(JudgePrompt.of("{{a}}")
                        .fill(Map.of(), Map.of("a", "two"))
                        .replace("two", "one"));
    }

    @Test
    void unknownPlacesAreRefused() {
        assertThatThrownBy(() -> JudgePrompt.of("{{b}}").fill(Map.of("a", "x"), Map.of("c", "y")))
                .hasMessage("place in the prompt was {{b}}, must be one of [a] and [c]; correct the template");
    }
}
