package org.rft4j.rollout.tools;

import java.util.List;

/** How a model family writes tool calls. */
@FunctionalInterface
public interface ToolCallFormat {
    /** {@code <tool_call>{"name": ..., "arguments": {...}}</tool_call>}, as Hermes and Qwen models write it. */
    ToolCallFormat HERMES = new HermesFormat();

    /** {@code {"name": ..., "parameters": {...}}} or {@code <|python_tag|>tool.call(...)}, as Llama 3 models write it. */
    ToolCallFormat LLAMA3 = new Llama3Format();

    /**
     * Finds the calls in a turn. Reasoning between {@code <think>} and {@code </think>} is passed over.
     *
     * @param turn what the policy wrote
     * @return calls in order, none if the turn calls nothing
     */
    List<ParsedCall> parse(String turn);
}
