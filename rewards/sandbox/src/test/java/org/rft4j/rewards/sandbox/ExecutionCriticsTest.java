package org.rft4j.rewards.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Critic;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;

/** Critics that run code and need no model: test reports and errors of compilers, at the line that they are about. */
class ExecutionCriticsTest {
    private static final SandboxLimits LIMITS = new SandboxLimits(Duration.ofSeconds(20), 600, 64, 8, 64 << 10);
    private static Sandbox sandbox;

    @BeforeAll
    static void open() {
        assumeTrue(TestSandbox.isThere(), "bubblewrap is not installed");
        sandbox = Sandbox.bubblewrap(LIMITS, new Language.Java().readable());
    }

    private static List<Feedback> said(Language language, Object tests, String completion) throws Exception {
        UnitTestReward.Options share =
                new UnitTestReward.Options(Map.of("basic", 1.0), UnitTestReward.Credit.SHARE, Optional.empty());
        Critic critic = Critic.of(new UnitTestReward(sandbox, language, "tests", Optional.empty(), share));
        TaskRecord task = TaskRecord.of("t", "?").with("tests", tests);
        return critic.critique(RewardSample.of(task, completion));
    }

    private static String marked(Feedback feedback, String completion) {
        return completion
                .substring(
                        feedback.span().orElseThrow().start(),
                        feedback.span().orElseThrow().end())
                .strip();
    }

    @Test
    void theTestReportNamesEachFailingTest() throws Exception {
        List<Map<String, String>> tests = List.of(
                Map.of("name", "one", "code", "assert half(2) == 1"),
                Map.of("name", "odd", "code", "assert half(3) == 1.5, 'half of three'"),
                Map.of("name", "text", "code", "half('ab')"));
        String completion = "```python\ndef half(x):\n    return x // 2\n```";
        List<Feedback> said = said(new Language.Python(), tests, completion);
        assertThat(said).hasSize(2).allSatisfy(f -> assertThat(f.polarity()).isEqualTo(Feedback.Polarity.NEGATIVE));
        assertThat(said.get(0).text()).isEqualTo("odd fails: AssertionError: half of three");
        assertThat(said.get(1).text()).startsWith("text fails: TypeError: unsupported operand");
        assertThat(marked(said.get(1), completion)).isEqualTo("return x // 2");
        assertThat(said(new Language.Python(), tests.subList(0, 1), completion)).isEmpty();
    }

    @Test
    void theCompilerPointsAtItsLine() throws Exception {
        String completion = "```java\nclass Half {\n  static int of(int x) {\n    return y / 2;\n  }\n}\n```";
        List<Feedback> said = said(new Language.Java(), "checkEquals(1, Half.of(2));", completion);
        assertThat(said.get(0).text()).contains("error: cannot find symbol");
        assertThat(marked(said.get(0), completion)).isEqualTo("return y / 2;");
    }
}
