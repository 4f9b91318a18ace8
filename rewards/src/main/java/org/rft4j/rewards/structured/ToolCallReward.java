package org.rft4j.rewards.structured;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ToolCall;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * How close tool calls come to those that are expected, from -3 to 3: names, then for each expected call its best match among the free
 * calls of the same name, by names and values of arguments. Calls are those of the sample's assistant messages, or else stand in the text
 * as {@code <tool_call>{"name": ..., "arguments": {...}}</tool_call>}, several JSON objects or several sections.
 *
 * <p>ToolRL (arXiv 2504.13958), its correctness term; the format term is a {@code TagFormat}. A task that expects no call is not
 * applicable, where the paper's code adds 0.
 *
 * @param column the task's calls: a list of maps with {@code name} and {@code arguments}
 */
public record ToolCallReward(String column) implements VerifiableReward {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";
    private static final double BEST = 3;

    /** Tells leaves apart: a number is the same in whatever type Jackson or the data set keeps it. */
    private static final Comparator<JsonNode> NUMBERS =
            (one, other) -> one.equals(other) || sameNumber(one, other) ? 0 : 1;

    private record Call(String name, Map<String, JsonNode> arguments) {}

    @Override
    public Score score(RewardSample sample) {
        List<Call> expected = expected(sample.task());
        if (expected.isEmpty()) {
            return Score.notApplicable("the task expects no tool call");
        }
        Optional<List<Call>> made = made(sample);
        if (made.isEmpty()) {
            return Score.of(-BEST)
                    .withFeedback(
                            Feedback.negative("A tool call is not a JSON object with name and arguments", name()));
        }
        double most = 1;
        for (Call call : expected) {
            most += 1 + call.arguments().size();
        }
        return Score.of(2 * BEST * matched(expected, made.get()) / most - BEST);
    }

    private static double matched(List<Call> expected, List<Call> made) {
        double sum = overlap(names(expected), names(made));
        List<Call> free = new ArrayList<>(made);
        for (Call call : expected) {
            double best = 0;
            int at = -1;
            for (int i = 0; i < free.size(); i++) {
                double match = free.get(i).name().equals(call.name()) ? arguments(call, free.get(i)) : -1;
                if (match > best || (at < 0 && match >= 0)) {
                    best = match;
                    at = i;
                }
            }
            if (at >= 0) {
                free.remove(at);
            }
            sum += best;
        }
        return sum;
    }

    private static double arguments(Call expected, Call made) {
        double sum = overlap(
                List.copyOf(expected.arguments().keySet()),
                List.copyOf(made.arguments().keySet()));
        for (Map.Entry<String, JsonNode> argument : expected.arguments().entrySet()) {
            JsonNode value = made.arguments().get(argument.getKey());
            sum += value != null && argument.getValue().equals(NUMBERS, value) ? 1 : 0;
        }
        return sum;
    }

    private static boolean sameNumber(JsonNode one, JsonNode other) {
        if (!one.isNumber() || !other.isNumber()) {
            return false;
        }
        boolean whole = one.isIntegralNumber() && other.isIntegralNumber();
        return whole ? one.bigIntegerValue().equals(other.bigIntegerValue()) : one.doubleValue() == other.doubleValue();
    }

    private static List<String> names(List<Call> calls) {
        return calls.stream().map(Call::name).toList();
    }

    /** What both have over what either has, each name as often as it stands there; 1 if both are empty. */
    private static double overlap(List<String> one, List<String> other) {
        Map<String, Integer> left = new HashMap<>();
        one.forEach(name -> left.merge(name, 1, Integer::sum));
        int common = 0;
        for (String name : other) {
            if (left.getOrDefault(name, 0) > 0) {
                left.merge(name, -1, Integer::sum);
                common++;
            }
        }
        int either = one.size() + other.size() - common;
        return either == 0 ? 1 : (double) common / either;
    }

    private List<Call> expected(TaskRecord task) {
        JsonNode rows = JSON.valueToTree(task.value(column));
        List<Call> calls = new ArrayList<>();
        for (JsonNode row : rows) {
            Optional<Call> call = call(row);
            Check.that(
                    call.isPresent(),
                    "tool call in column '" + column + "' of task " + task.id(),
                    row,
                    "must be a map with a string name and a map of arguments",
                    "correct the row");
            calls.add(call.orElseThrow());
        }
        return calls;
    }

    /** Empty if something that should be a call is none. */
    private static Optional<List<Call>> made(RewardSample sample) {
        List<Call> calls = new ArrayList<>();
        for (ChatMessage turn : sample.turns()) {
            for (ToolCall call : turn.toolCalls()) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("name", call.name());
                fields.put("arguments", call.arguments());
                calls.add(call(JSON.valueToTree(fields)).orElseGet(() -> new Call(call.name(), Map.of())));
            }
        }
        return calls.isEmpty() ? inText(sample.completion()) : Optional.of(calls);
    }

    private static Optional<List<Call>> inText(String text) {
        List<Call> calls = new ArrayList<>();
        int open = text.indexOf(OPEN);
        while (open >= 0) {
            int close = text.indexOf(CLOSE, open);
            String section = text.substring(open + OPEN.length(), close < 0 ? text.length() : close);
            try (var rows = JSON.readerFor(JsonNode.class).<JsonNode>readValues(section)) {
                while (rows.hasNextValue()) {
                    Optional<Call> call = call(rows.nextValue());
                    if (call.isEmpty()) {
                        return Optional.empty();
                    }
                    calls.add(call.get());
                }
            } catch (JsonProcessingException e) {
                return Optional.empty();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException("reading a string cannot fail", e);
            }
            open = close < 0 ? -1 : text.indexOf(OPEN, close);
        }
        return Optional.of(calls);
    }

    private static Optional<Call> call(JsonNode row) {
        JsonNode arguments = row.has("arguments") ? row.path("arguments") : row.path("parameters");
        if (!row.path("name").isTextual() || !(arguments.isObject() || arguments.isMissingNode())) {
            return Optional.empty();
        }
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        arguments.properties().forEach(field -> byName.put(field.getKey(), field.getValue()));
        return Optional.of(new Call(row.path("name").textValue(), byName));
    }

    @Override
    public String name() {
        return "toolCalls";
    }

    @Override
    public List<String> right(TaskRecord task) {
        StringBuilder text = new StringBuilder();
        for (Call call : expected(task)) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", call.name());
            fields.put("arguments", call.arguments());
            text.append(OPEN)
                    .append(JSON.<JsonNode>valueToTree(fields))
                    .append(CLOSE)
                    .append('\n');
        }
        return text.isEmpty() ? List.of() : List.of(text.toString());
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", OPEN + "{\"name\": \"\u2042\", \"arguments\": {}}" + CLOSE, OPEN + "{" + CLOSE);
    }

    @Override
    public double fullScore() {
        return BEST;
    }
}
