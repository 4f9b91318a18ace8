package org.rft4j.rollout.tools;

import org.rft4j.core.chat.ToolCall;

/** One place in a turn where the policy calls a tool, or tries to. */
public sealed interface ParsedCall {
    /**
     * A call that could be read.
     *
     * @param call name and arguments
     */
    record Call(ToolCall call) implements ParsedCall {}

    /**
     * Something that was meant as a call and cannot be read.
     *
     * @param written what the policy wrote
     * @param problem what is wrong with it, as the policy is told
     */
    record Malformed(String written, String problem) implements ParsedCall {}
}
