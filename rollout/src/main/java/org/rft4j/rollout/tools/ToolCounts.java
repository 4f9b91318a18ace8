package org.rft4j.rollout.tools;

/**
 * How often what happened to tool calls, since the tools were put together.
 *
 * @param answered calls that a tool answered
 * @param malformed calls that could not be read
 * @param unknown calls of tools that do not exist
 * @param invalid calls whose arguments do not fit the tool's schema
 * @param failed calls in which the tool threw
 * @param hung calls that did not come back in time
 * @param refused calls beyond the number that a turn may make
 * @param shortened answers that were too long
 */
public record ToolCounts(
        long answered,
        long malformed,
        long unknown,
        long invalid,
        long failed,
        long hung,
        long refused,
        long shortened) {}
