package org.rft4j.rollout.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ToolCall;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rollout.guard.GuardedCall;
import org.rft4j.rollout.guard.GuardedCalls;
import org.rft4j.rollout.guard.HungException;

/**
 * The tools of a policy. It checks calls against the tools' schemas, makes them with a deadline, and turns whatever goes wrong into
 * words for the policy. Any thread may use it.
 */
public final class ToolBox implements AutoCloseable {
    private enum Count {
        ANSWERED,
        MALFORMED,
        UNKNOWN,
        INVALID,
        FAILED,
        HUNG,
        REFUSED,
        SHORTENED
    }

    private record Entry(Tool tool, ArgumentSchema schema) {}

    private final Map<String, Entry> tools = new LinkedHashMap<>();
    private final ToolOptions options;
    private final GuardedCalls calls;
    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);

    /**
     * Puts tools together.
     *
     * @param options what they may use
     * @param tools each under a name of its own
     */
    public ToolBox(ToolOptions options, Tool... tools) {
        Check.that(tools.length > 0, "tools", "none", "must be at least one", "pass Calculator.tool()");
        this.options = options;
        for (Tool tool : tools) {
            Map<?, ?> function = function(tool.spec());
            String name = String.valueOf(function.get("name"));
            Entry before = this.tools.put(name, new Entry(tool, new ArgumentSchema(name, function.get("parameters"))));
            Check.that(before == null, "tool", name, "must be there once", "give every tool a name of its own");
        }
        calls = new GuardedCalls("rft4j-tool", options.threads(), options.mostHangingThreads());
    }

    private static Map<?, ?> function(ToolSpec spec) {
        if (spec.schema().get("function") instanceof Map<?, ?> function
                && function.get("name") instanceof String name
                && !name.isBlank()) {
            return function;
        }
        throw new InvalidInputException(
                "spec of a tool",
                spec.schema(),
                "must have a function with a name",
                "make it with ToolSpec.function(...)");
    }

    /**
     * What the policy is told of the tools.
     *
     * @return their specs, in order
     */
    public List<ToolSpec> specs() {
        return tools.values().stream().map(entry -> entry.tool().spec()).toList();
    }

    /**
     * Answers the calls of a turn, one after another.
     *
     * @param turn what the policy called
     * @return an answer per call, in order
     * @throws InterruptedException if the waiting thread is interrupted; the tool is too
     */
    public List<ToolResult> answer(List<ParsedCall> turn) throws InterruptedException {
        List<ToolResult> results = new ArrayList<>(turn.size());
        for (ParsedCall call : turn) {
            if (results.size() >= options.maxCallsPerTurn()) {
                results.add(told(Count.REFUSED, "", "only " + options.maxCallsPerTurn() + " calls per turn are made"));
                counts.addAndGet(Count.REFUSED.ordinal(), turn.size() - results.size());
                break;
            }
            if (call instanceof ParsedCall.Malformed malformed) {
                results.add(told(Count.MALFORMED, "", malformed.problem()));
            } else {
                results.add(answer(((ParsedCall.Call) call).call()));
            }
        }
        return results;
    }

    @SuppressWarnings("unchecked")
    private ToolResult answer(ToolCall call) throws InterruptedException {
        Entry entry = tools.get(call.name());
        if (entry == null) {
            return told(Count.UNKNOWN, call.name(), "there is no such tool; the tools are " + tools.keySet());
        }
        // Formats give maps; a call from elsewhere may hold JSON text.
        if (!(call.arguments() instanceof Map<?, ?>)) {
            return told(Count.INVALID, call.name(), "the arguments must be a JSON object");
        }
        Map<String, @Nullable Object> arguments = (Map<String, @Nullable Object>) call.arguments();
        Optional<String> problem = entry.schema().problem(arguments);
        return problem.isPresent()
                ? told(Count.INVALID, call.name(), "the arguments do not fit: " + problem.get())
                : run(call.name(), entry.tool(), arguments);
    }

    private ToolResult run(String name, Tool tool, Map<String, @Nullable Object> arguments)
            throws InterruptedException {
        GuardedCall<String> call =
                calls.call("tool " + name, options.deadline(), () -> tool.call(arguments), late -> {});
        try {
            String text = call.result().get();
            counts.incrementAndGet(Count.ANSWERED.ordinal());
            return new ToolResult(name, shortened(text == null ? "" : text), true);
        } catch (InterruptedException e) {
            call.interrupt();
            throw e;
        } catch (ExecutionException | CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof HungException) {
                return told(
                        Count.HUNG,
                        name,
                        "no answer within " + options.deadline().toMillis() + " ms");
            }
            String message = cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
            return told(Count.FAILED, name, message);
        }
    }

    private ToolResult told(Count count, String tool, String problem) {
        counts.incrementAndGet(count.ordinal());
        return new ToolResult(tool, shortened("Error: " + problem), false);
    }

    private String shortened(String text) {
        int most = options.maxResultLength();
        if (text.length() <= most) {
            return text;
        }
        counts.incrementAndGet(Count.SHORTENED.ordinal());
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "... (" + (text.length() - end) + " more characters)";
    }

    /**
     * What has happened to calls.
     *
     * @return numbers since the tools were put together
     */
    public ToolCounts counts() {
        return new ToolCounts(
                count(Count.ANSWERED),
                count(Count.MALFORMED),
                count(Count.UNKNOWN),
                count(Count.INVALID),
                count(Count.FAILED),
                count(Count.HUNG),
                count(Count.REFUSED),
                count(Count.SHORTENED));
    }

    private long count(Count what) {
        return counts.get(what.ordinal());
    }

    /**
     * How many threads hang in tools whose time is up.
     *
     * @return their number now
     */
    public int hangingThreads() {
        return calls.abandonedThreads();
    }

    /** Frees the threads. Tools that hold something are closed by whoever made them. */
    @Override
    public void close() {
        calls.close();
    }
}
