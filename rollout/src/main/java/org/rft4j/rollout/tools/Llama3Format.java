package org.rft4j.rollout.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A turn that is a call has nothing before it: JSON objects, or {@code tool.call(name=value, ...)} behind the tag. JSON that names no
 * function is an answer. Code behind the tag is never run.
 */
final class Llama3Format implements ToolCallFormat {
    private static final String TAG = "<|python_tag|>";
    private static final String CALL = ".call(";

    @Override
    public List<ParsedCall> parse(String turn) {
        String text = CallJson.afterReasoning(turn)
                .replace("<|eom_id|>", "")
                .replace("<|eot_id|>", "")
                .strip();
        boolean tagged = text.startsWith(TAG);
        String body = tagged ? text.substring(TAG.length()).strip() : text;
        if (body.startsWith("{")) {
            return objects(body, tagged);
        }
        int call = body.indexOf(CALL);
        boolean named =
                call > 0 && body.endsWith(")") && body.substring(0, call).matches("\\w{1,64}");
        if (named) {
            return List.of(namedCall(body, body.substring(0, call), call + CALL.length()));
        }
        return tagged
                ? List.of(new ParsedCall.Malformed(body, "code is not run; call a tool by its name in JSON"))
                : List.of();
    }

    private static List<ParsedCall> objects(String body, boolean tagged) {
        List<ParsedCall> calls = new ArrayList<>();
        int at = 0;
        while (at < body.length()) {
            if (body.charAt(at) == ';' || Character.isWhitespace(body.charAt(at))) {
                at++;
                continue;
            }
            try {
                CallJson.Read read = CallJson.read(body, at);
                if (!tagged && !read.value().has("name")) {
                    return List.of();
                }
                calls.add(CallJson.call(body.substring(at, read.end()), read.value()));
                at = read.end();
            } catch (JsonProcessingException e) {
                boolean meant = tagged || !calls.isEmpty() || body.contains("\"name\"");
                if (meant) {
                    calls.add(new ParsedCall.Malformed(
                            body.substring(at), "the call is not valid JSON: " + CallJson.problem(e)));
                }
                return calls;
            }
        }
        return calls;
    }

    /** Values are JSON. */
    private static ParsedCall namedCall(String body, String name, int from) {
        ObjectNode arguments = CallJson.MAPPER.createObjectNode();
        int at = from;
        int end = body.length() - 1;
        try {
            while (at < end) {
                int equals = body.indexOf('=', at);
                if (equals < 0 || equals > end) {
                    return new ParsedCall.Malformed(body, "arguments must be written as name=value");
                }
                CallJson.Read value = value(body.substring(0, end), equals + 1);
                arguments.set(body.substring(at, equals).strip(), value.value());
                at = value.end();
                while (at < end && (body.charAt(at) == ',' || Character.isWhitespace(body.charAt(at)))) {
                    at++;
                }
            }
        } catch (JsonProcessingException e) {
            return new ParsedCall.Malformed(body, "an argument is not valid JSON: " + CallJson.problem(e));
        }
        return CallJson.call(
                body, CallJson.MAPPER.createObjectNode().put("name", name).set("arguments", arguments));
    }

    /** Jackson wants blanks behind numbers and words, so these are cut out first. */
    private static CallJson.Read value(String text, int from) throws JsonProcessingException {
        String first = text.substring(from).stripLeading();
        if (first.isEmpty() || "\"{[".indexOf(first.charAt(0)) >= 0) {
            return CallJson.read(text, from);
        }
        int comma = text.indexOf(',', from);
        int end = comma < 0 ? text.length() : comma;
        return new CallJson.Read(CallJson.read(text.substring(0, end), from).value(), end);
    }
}
