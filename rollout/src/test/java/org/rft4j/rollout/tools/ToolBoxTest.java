package org.rft4j.rollout.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.chat.ToolCall;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.engine.InvalidInputException;

@Timeout(30)
class ToolBoxTest {
    private static final ToolOptions OPTIONS = new ToolOptions(Duration.ofMillis(100), 2, 8, 40, 3);

    @FunctionalInterface
    private interface Body {
        String run(Map<String, Object> arguments) throws Exception;
    }

    private static Tool tool(String name, Map<String, ?> parameters, Body body) {
        return new Tool() {
            @Override
            public ToolSpec spec() {
                return ToolSpec.function(name, "A test.", parameters);
            }

            @Override
            public String call(Map<String, Object> arguments) throws Exception {
                return body.run(arguments);
            }
        };
    }

    private static Tool tool(String name, Body body) {
        return tool(name, Map.of("type", "object"), body);
    }

    private static ToolResult answer(ToolBox box, String name, Map<String, ?> arguments) throws InterruptedException {
        return box.answer(List.of(new ParsedCall.Call(ToolCall.of(name, arguments))))
                .get(0);
    }

    @Test
    void whateverGoesWrongIsToldAndCounted() throws InterruptedException {
        Tool echo = tool("echo", arguments -> "said " + arguments.get("text"));
        Tool breaks = tool("breaks", arguments -> {
            throw new IllegalStateException("no fuel");
        });
        Tool silent = tool("silent", arguments -> null);
        Tool hangs = tool("hangs", arguments -> {
            new CountDownLatch(1).await();
            return "";
        });
        try (ToolBox box = new ToolBox(OPTIONS, echo, breaks, silent, hangs)) {
            assertThat(answer(box, "echo", Map.of("text", "hi"))).isEqualTo(new ToolResult("echo", "said hi", true));
            assertThat(answer(box, "breaks", Map.of())).isEqualTo(new ToolResult("breaks", "Error: no fuel", false));
            assertThat(answer(box, "silent", Map.of())).isEqualTo(new ToolResult("silent", "", true));
            assertThat(answer(box, "hangs", Map.of()))
                    .isEqualTo(new ToolResult("hangs", "Error: no answer within 100 ms", false));
            assertThat(box.answer(List.of(new ParsedCall.Malformed("{", "not JSON")))
                            .get(0))
                    .isEqualTo(new ToolResult("", "Error: not JSON", false));
            assertThat(answer(box, "ech", Map.of()).text()).startsWith("Error: there is no such tool; the tools ");
            assertThat(answer(box, "echo", Map.of("text", "x".repeat(50))).text())
                    .isEqualTo("said " + "x".repeat(35) + "... (15 more characters)");
            assertThat(answer(box, "echo", Map.of("text", "x".repeat(34) + "\ud83d\ude00"))
                            .text())
                    .isEqualTo("said " + "x".repeat(34) + "... (2 more characters)");
            assertThat(box.counts()).isEqualTo(new ToolCounts(4, 1, 1, 0, 1, 1, 0, 3));
        }
    }

    @Test
    void anUnknownToolIsToldTheKnownOnes() throws InterruptedException {
        try (ToolBox box = new ToolBox(ToolOptions.DEFAULT, Calculator.tool(), tool("echo", arguments -> "x"))) {
            assertThat(answer(box, "calc", Map.of()).text())
                    .isEqualTo("Error: there is no such tool; the tools are [calculator, echo]");
        }
    }

    @Test
    void argumentsMustFitTheSchema() throws InterruptedException {
        Map<String, ?> schema = Map.of(
                "type",
                "object",
                "properties",
                Map.of(
                        "n", Map.of("type", "integer", "minimum", 1),
                        "unit", Map.of("enum", List.of("m", "km")),
                        "tags", Map.of("type", "array", "items", Map.of("type", "string"))),
                "required",
                List.of("n"),
                "additionalProperties",
                false);
        try (ToolBox box = new ToolBox(ToolOptions.DEFAULT, tool("walk", schema, arguments -> "ok"))) {
            assertThat(answer(box, "walk", Map.of("n", 3, "unit", "km", "tags", List.of("a")))
                            .text())
                    .isEqualTo("ok");
            assertThat(answer(box, "walk", Map.of()).text())
                    .startsWith("Error: the arguments do not fit: ")
                    .contains("n");
            assertThat(answer(box, "walk", Map.of("n", 0)).text()).contains("/n: 0 is less than 1");
            assertThat(answer(box, "walk", Map.of("n", "3")).text()).contains("/n: Value is [string]");
            assertThat(answer(box, "walk", Map.of("n", 1, "unit", "mile")).text())
                    .contains("/unit: ");
            assertThat(answer(box, "walk", Map.of("n", 1, "tags", List.of("a", 5)))
                            .text())
                    .contains("/tags/1: ");
            assertThat(answer(box, "walk", Map.of("n", 1, "other", 5)).text()).contains("/other: ");
            assertThat(box.counts().invalid()).isEqualTo(6);
            assertThat(box.counts().answered()).isEqualTo(1);
        }
    }

    @Test
    void aTurnMakesNoMoreCallsThanAllowed() throws InterruptedException {
        try (ToolBox box = new ToolBox(OPTIONS, tool("echo", arguments -> "x"))) {
            ParsedCall call = new ParsedCall.Call(ToolCall.of("echo", Map.of()));
            List<ToolResult> results = box.answer(List.of(call, call, call, call, call));
            assertThat(results).hasSize(4);
            assertThat(results.get(3)).isEqualTo(new ToolResult("", "Error: only 3 calls per turn are made", false));
            assertThat(box.counts()).isEqualTo(new ToolCounts(3, 0, 0, 0, 0, 0, 2, 0));
        }
    }

    @Test
    void toolsAreChecked() {
        assertThatThrownBy(() -> new ToolBox(OPTIONS))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("tools was none, must be at least one; pass Calculator.tool()");
        assertThatThrownBy(() -> new ToolBox(OPTIONS, Calculator.tool(), Calculator.tool()))
                .hasMessage("tool was calculator, must be there once; give every tool a name of its own");
        assertThatThrownBy(() -> new ToolBox(OPTIONS, tool(" ", arguments -> "")))
                .hasMessageContaining("must have a function with a name; make it with ToolSpec.function(...)");
        assertThatThrownBy(() -> new ToolBox(OPTIONS, tool("bad", Map.of("type", 5), arguments -> "")))
                .hasMessageStartingWith("parameters of tool bad was {\"type\":5}, must be a JSON schema: ");
        assertThatThrownBy(() -> new ToolOptions(Duration.ZERO, 1, 1, 1, 1))
                .hasMessage("deadline of tools was PT0S, must be positive; use 5 seconds");
        assertThatThrownBy(() -> new ToolOptions(Duration.ofSeconds(1), 1, 1, 0, 1))
                .hasMessage("maxResultLength of tools was 0, must be positive; begin with ToolOptions.DEFAULT");
    }
}
