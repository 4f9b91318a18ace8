package org.rft4j.rollout.tools;

/**
 * What the policy is told of a call.
 *
 * @param tool its name, as far as it could be read
 * @param text the answer, or what went wrong
 * @param answered whether a tool answered
 */
public record ToolResult(String tool, String text, boolean answered) {}
