package org.rft4j.rollout.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.chat.ToolCall;

@Timeout(20)
class ToolCallFormatTest {
    private static ParsedCall call(String name, Map<String, ?> arguments) {
        return new ParsedCall.Call(ToolCall.of(name, arguments));
    }

    private static List<ParsedCall> hermes(String turn) {
        return ToolCallFormat.HERMES.parse(turn);
    }

    private static List<ParsedCall> llama(String turn) {
        return ToolCallFormat.LLAMA3.parse(turn);
    }

    private static String problem(List<ParsedCall> calls) {
        assertThat(calls).isNotEmpty();
        return ((ParsedCall.Malformed) calls.get(calls.size() - 1)).problem();
    }

    @Test
    void hermesCallsStandBetweenTags() {
        assertThat(hermes(
                        "Let me see.\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": [2.5, null, true]}}\n"
                                + "</tool_call>\n<tool_call>{\"name\": \"now\"}</tool_call> done"))
                .containsExactly(
                        call("add", Map.of("a", 1, "b", java.util.Arrays.asList(2.5, null, true))),
                        call("now", Map.of()));
        assertThat(hermes("It is 5.")).isEmpty();
    }

    @Test
    void hermesTakesWhatModelsWriteInstead() {
        assertThat(hermes("<tool_call>{\"name\": \"add\", \"arguments\": \"{\\\"a\\\": 1}\"}</tool_call>"))
                .containsExactly(call("add", Map.of("a", 1)));
        assertThat(hermes("<tool_call>{\"name\": \"add\", \"parameters\": {\"a\": 1}}</tool_call>"))
                .containsExactly(call("add", Map.of("a", 1)));
        // The closing tag may have been a stop string.
        assertThat(hermes("<tool_call>{\"name\": \"add\", \"arguments\": {}}")).containsExactly(call("add", Map.of()));
    }

    @Test
    void hermesCallsThatCannotBeReadSayWhy() {
        assertThat(problem(hermes("<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": }}</tool_call>")))
                .startsWith("the call is not valid JSON: Unexpected character ('}' (code 125))");
        assertThat(problem(hermes("<tool_call>{\"name\": \"add\"</tool_call>")))
                .startsWith("the call is not valid JSON: Unexpected end-of-input");
        assertThat(problem(hermes("<tool_call></tool_call>")))
                .isEqualTo("the call is not valid JSON: nothing is there");
        assertThat(problem(hermes("<tool_call>{\"name\": \"add\"} {\"name\": \"add\"}</tool_call>")))
                .isEqualTo("the call must be one JSON object and nothing behind it");
        assertThat(problem(hermes("<tool_call>[1]</tool_call>")))
                .isEqualTo("the call must be a JSON object with a \"name\"");
        assertThat(problem(hermes("<tool_call>{\"name\": \"add\", \"arguments\": [1]}</tool_call>")))
                .isEqualTo("the arguments must be a JSON object");
        assertThat(problem(hermes("<tool_call>{\"name\": \"add\", \"arguments\": \"{oops\"}</tool_call>")))
                .startsWith("the arguments are not valid JSON:");
        assertThat(problem(hermes("<tool_call>{\"name\": \"a\", \"name\": \"b\"}</tool_call>")))
                .contains("Duplicate");
        assertThat(problem(hermes("<tool_call>" + "[".repeat(5000) + "</tool_call>")))
                .startsWith("the call is not valid JSON: Document nesting depth");
        assertThat(hermes("<tool_call>{</tool_call><tool_call>{\"name\": \"now\"}</tool_call>"))
                .hasSize(2)
                .last()
                .isEqualTo(call("now", Map.of()));
    }

    @Test
    void callsWithinReasoningAreThoughtsOnly() {
        String call = "<tool_call>{\"name\": \"now\"}</tool_call>";
        assertThat(hermes("<think>I could " + call + "</think>No.")).isEmpty();
        assertThat(hermes("<think>Hm" + call)).isEmpty();
        assertThat(hermes("Hm</think>" + call)).containsExactly(call("now", Map.of()));
        assertThat(llama("<think>{\"name\": \"now\"}</think>no")).isEmpty();
    }

    @Test
    void llamaCallsAreJsonFromTheBeginning() {
        assertThat(llama("{\"name\": \"add\", \"parameters\": {\"a\": \"1\"}}<|eom_id|>"))
                .containsExactly(call("add", Map.of("a", "1")));
        assertThat(
                        llama(
                                "<|python_tag|>{\"type\": \"function\", \"name\": \"add\", \"parameters\": {}}; {\"name\": \"now\"}"))
                .containsExactly(call("add", Map.of()), call("now", Map.of()));
        assertThat(llama("The answer is {\"name\": \"add\"}.")).isEmpty();
        assertThat(llama("{\"answer\": 5}")).isEmpty();
        assertThat(llama("{so it goes")).isEmpty();
        assertThat(llama("")).isEmpty();
    }

    @Test
    void llamaNamedCallsHaveArgumentsByName() {
        assertThat(llama("<|python_tag|>search.call(query=\"a, b = \\\"c\\\"\", n=3, deep=true)"))
                .containsExactly(call("search", Map.of("query", "a, b = \"c\"", "n", 3, "deep", true)));
        assertThat(llama("now.call()")).containsExactly(call("now", Map.of()));
        assertThat(problem(llama("<|python_tag|>search.call(oops)")))
                .isEqualTo("arguments must be written as name=value");
        assertThat(problem(llama("<|python_tag|>search.call(a=)"))).startsWith("an argument is not valid JSON:");
    }

    @Test
    void llamaCallsThatCannotBeReadSayWhy() {
        assertThat(problem(llama("{\"name\": \"add\", \"parameters\": {"))).startsWith("the call is not valid JSON:");
        assertThat(problem(llama("<|python_tag|>import os; os.remove('/')")))
                .isEqualTo("code is not run; call a tool by its name in JSON");
        assertThat(problem(llama("<|python_tag|>{\"a\": 1}")))
                .isEqualTo("the call must be a JSON object with a \"name\"");
    }

    /** Whatever is written, parsing ends, in calls or in none. */
    @Test
    void nothingThatIsWrittenBreaksAParser() {
        String all =
                "<tool_call>{\"name\":\"a\",\"arguments\":{\"b\":[1,\"\\u00e9\"]}}</tool_call><|python_tag|>x.call(a=\"b\\\"\")";
        for (int from = 0; from < all.length(); from++) {
            for (int to = from; to <= all.length(); to += 3) {
                String part = all.substring(from, to);
                assertThat(hermes(part + all)).isNotEmpty();
                assertThat(llama("{" + part)).hasSizeLessThan(3);
                assertThat(llama("x.call(" + part + ")")).hasSize(1);
            }
        }
        assertThat(llama("x.call(a=\"" + "\\\"".repeat(100_000) + "\")")).hasSize(1);
    }
}
