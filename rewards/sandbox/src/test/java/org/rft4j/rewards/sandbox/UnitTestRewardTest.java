package org.rft4j.rewards.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;

class UnitTestRewardTest {
    private static final double EXACT = 1e-12;
    private static final SandboxLimits LIMITS = new SandboxLimits(Duration.ofSeconds(20), 600, 64, 8, 64 << 10);
    private static final String RIGHT = "def add(a, b):\n    return a + b\n";
    private static final TaskRecord TASK = TaskRecord.of("t", "Write add(a, b).")
            .with(
                    "tests",
                    List.of(
                            Map.of("name", "small", "tier", "basic", "code", "assert add(1, 2) == 3"),
                            Map.of("name", "zero", "tier", "basic", "code", "assert add(0, 0) == 0"),
                            Map.of("name", "text", "tier", "edge", "code", "assert add('a', 'b') == 'ab'")))
            .with("solution", RIGHT);
    private static Sandbox sandbox;

    @BeforeAll
    static void open() {
        assumeTrue(TestSandbox.isThere(), "bubblewrap is not installed");
        sandbox = Sandbox.bubblewrap(LIMITS, new Language.Java().readable());
    }

    private static UnitTestReward reward(Map<String, Double> weights, UnitTestReward.Credit credit) {
        return new UnitTestReward(
                sandbox,
                new Language.Python(),
                "tests",
                Optional.empty(),
                new UnitTestReward.Options(weights, credit, Optional.of("solution")));
    }

    private static Score python(UnitTestReward reward, String completion) throws InterruptedException {
        return reward.score(RewardSample.of(TASK, completion));
    }

    @Test
    void passingEarnsByTier() throws Exception {
        Map<String, Double> weights = Map.of("basic", 1.0, "edge", 2.0);
        UnitTestReward share = reward(weights, UnitTestReward.Credit.SHARE);
        assertThat(python(share, "Here:\n```python\n" + RIGHT + "```\n").value())
                .isEqualTo(1);
        String numbersOnly = "def add(a, b):\n    return 0 + a + b\n";
        Score partly = python(share, numbersOnly);
        assertThat(partly.value()).isEqualTo(0.5, within(EXACT));
        assertThat(partly.components()).containsEntry("basic", 1.0).containsEntry("edge", 0.0);
        assertThat(python(reward(weights, UnitTestReward.Credit.SUM), numbersOnly)
                        .value())
                .isEqualTo(2);
        assertThat(python(reward(weights, UnitTestReward.Credit.ALL_OR_NOTHING), numbersOnly)
                        .value())
                .isZero();
        assertThat(python(reward(Map.of("basic", 1.0), UnitTestReward.Credit.ALL_OR_NOTHING), numbersOnly)
                        .value())
                .as("tests of other tiers are not run")
                .isEqualTo(1);
    }

    @Test
    void feedbackPointsAtTheLine() throws Exception {
        String completion = "Here:\n```python\ndef add(a, b):\n    return 0 + a + b\n```\n";
        Score score = python(reward(Map.of("edge", 1.0), UnitTestReward.Credit.SHARE), completion);
        Feedback feedback = score.feedback().get(0);
        assertThat(feedback.text()).startsWith("text fails: TypeError: unsupported operand");
        assertThat(completion.substring(
                        feedback.span().orElseThrow().start(),
                        feedback.span().orElseThrow().end()))
                .isEqualTo("    return 0 + a + b");
        Score broken = python(reward(Map.of("edge", 1.0), UnitTestReward.Credit.SHARE), "def add(a, b:\n  return");
        assertThat(broken.feedback().get(0).text()).startsWith("text fails: SyntaxError");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import sys\nsys.exit(0)",
                "import os\nos._exit(0)",
                "print('passed')",
                "raise SystemExit",
                "import sys\nsys.stdout.write('ok')\nsys.stdout.flush()\nimport os\nos._exit(0)",
                "def add(a, b):\n    import os\n    os._exit(0)",
                "class Any:\n    pass\ndef add(a, b):\n    return Any()",
                "import builtins\nbuiltins.print = lambda *a: None"
            })
    void leavingEarlyIsNotPassing(String code) throws Exception {
        assertThat(python(reward(Map.of("basic", 1.0), UnitTestReward.Credit.SHARE), code)
                        .value())
                .isZero();
    }

    @Test
    void oneTestThatHangsCostsNoOther() throws Exception {
        Sandbox quick = Sandbox.bubblewrap(LIMITS.withTime(Duration.ofMillis(1500)));
        UnitTestReward reward = new UnitTestReward(
                quick,
                new Language.Python(),
                "tests",
                Optional.empty(),
                new UnitTestReward.Options(
                        Map.of("basic", 1.0, "edge", 1.0), UnitTestReward.Credit.SHARE, Optional.empty()));
        Score score = python(reward, "def add(a, b):\n    while a == 0: pass\n    return a + b");
        assertThat(score.value()).isEqualTo(2 / 3.0, within(EXACT));
        assertThat(score.feedback().get(0).text()).isEqualTo("zero does not end in time");
    }

    @Test
    void javaScriptIsTested() throws Exception {
        assumeTrue(TestSandbox.isInstalled("node"), "node is not installed");
        UnitTestReward reward = new UnitTestReward(
                sandbox, new Language.JavaScript(), "tests", Optional.empty(), UnitTestReward.Options.ALL);
        TaskRecord task = TaskRecord.of("t", "?").with("tests", "assert.strictEqual(add(1, 2), 3)");
        assertThat(reward.score(RewardSample.of(task, "```js\nfunction add(a, b) { return a + b }\n```"))
                        .value())
                .isEqualTo(1);
        assertThat(reward.score(RewardSample.of(task, "const add = (a, b) => a + b"))
                        .value())
                .isEqualTo(1);
        Score wrong = reward.score(RewardSample.of(task, "function add(a, b) {\n  return a.b.c }"));
        assertThat(wrong.value()).isZero();
        assertThat(wrong.feedback().get(0).text()).contains("TypeError");
        assertThat(wrong.feedback().get(0).span()).isPresent();
        assertThat(reward.score(RewardSample.of(task, "process.exit(0)")).value())
                .isZero();
        TaskRecord async =
                TaskRecord.of("t", "?").with("tests", "(async () => { assert.strictEqual(await later(), 3) })()");
        String later = "async function later() { await new Promise(r => setTimeout(r, 20)); return 3 }";
        assertThat(reward.score(RewardSample.of(async, later)).value()).isEqualTo(1);
        assertThat(reward.score(RewardSample.of(async, later.replace("3 }", "4 }")))
                        .value())
                .isZero();
    }

    @Test
    void javaIsTested() throws Exception {
        UnitTestReward reward =
                new UnitTestReward(sandbox, new Language.Java(), "tests", Optional.empty(), UnitTestReward.Options.ALL);
        TaskRecord task = TaskRecord.of("t", "?")
                .with("tests", "checkEquals(List.of(1, 2), new Sorter().sort(List.of(2, 1)));\ncheck(true);");
        String right = "```java\nimport java.util.stream.*;\nimport java.util.*;\n\npublic final class Sorter {\n"
                + "  public List<Integer> sort(List<Integer> all) { return all.stream().sorted().toList(); }\n}\n```";
        assertThat(reward.score(RewardSample.of(task, right)).value()).isEqualTo(1);
        Score wrong = reward.score(RewardSample.of(task, right.replace(".sorted()", "")));
        assertThat(wrong.value()).isZero();
        assertThat(wrong.feedback().get(0).text()).contains("AssertionError: expected [1, 2], got [2, 1]");
        Score broken = reward.score(RewardSample.of(task, right.replace("toList()", "toLis()")));
        assertThat(broken.feedback().get(0).text()).contains("error: cannot find symbol");
        assertThat(broken.feedback().get(0).span()).isPresent();
        assertThat(reward.score(
                                RewardSample.of(
                                        task,
                                        "class Sorter { static { System.exit(0); } List<Integer> sort(List<Integer> a) { return a; } }"))
                        .value())
                .isZero();
    }

    @Test
    void whatComesBeforeTheAnswerBelongsToIt() throws Exception {
        UnitTestReward reward = new UnitTestReward(
                sandbox, new Language.Python(), "tests", Optional.of("start"), UnitTestReward.Options.ALL);
        TaskRecord task = TASK.with("start", "def add(a, b):\n");
        assertThat(reward.score(RewardSample.of(task, "    return a + b\n")).value())
                .isEqualTo(1);
        Score wrong = reward.score(RewardSample.of(task, "    return a.b\n"));
        assertThat(wrong.feedback().get(0).span().orElseThrow().start()).isZero();
    }

    @Test
    void theRewardChecksItself() {
        SelfCheck.run(reward(Map.of("basic", 1.0, "edge", 1.0), UnitTestReward.Credit.SHARE), TASK)
                .requirePassed();
    }

    @Test
    void testsAreRead() throws Exception {
        UnitTestReward all = new UnitTestReward(
                sandbox, new Language.Python(), "tests", Optional.empty(), UnitTestReward.Options.ALL);
        assertThat(all.score(RewardSample.of(TASK.with("tests", List.of("assert add(1, 1) == 2", "pass")), RIGHT))
                        .value())
                .isEqualTo(1);
        assertThat(all.score(RewardSample.of(
                                TASK.with("tests", List.of(Map.of("code", "pass", "tier", "high"))), RIGHT))
                        .applicable())
                .isFalse();
        assertThatThrownBy(() -> all.score(RewardSample.of(TASK.with("tests", List.of(3)), RIGHT)))
                .hasMessage(
                        "test in column 'tests' of task t was 3, must be a text, or a map with a text named code; correct the row");
    }

    @Test
    void runningWithoutASandboxMustBeSaidInSoManyWords() throws Exception {
        assertThatThrownBy(() -> Sandbox.withoutIsolation(LIMITS, "yes"))
                .hasMessage("acknowledgement was 'yes', must be '" + Sandbox.ACKNOWLEDGEMENT
                        + "'; install bubblewrap and use Sandbox.bubblewrap(...)");
        Sandbox none = Sandbox.withoutIsolation(LIMITS, Sandbox.ACKNOWLEDGEMENT);
        ProgramResult result = none.run(
                new Program(List.of("/bin/sh", "/files/a.sh"), Map.of("a.sh", "read x; echo got $x"), "this\n"));
        assertThat(result).isEqualTo(new ProgramResult(ProgramResult.End.EXITED, 0, "got this\n", ""));
    }

    @Test
    void aSandboxThatLeaksIsRefused() {
        Sandbox none = Sandbox.withoutIsolation(LIMITS, Sandbox.ACKNOWLEDGEMENT);
        assertThatThrownBy(() -> SandboxProbe.requireHolds(none))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("does not hold")
                .hasMessageContaining("sees files of the machine")
                .hasMessageContaining("bubblewrap needs user namespaces");
    }
}
