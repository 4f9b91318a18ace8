package org.rft4j.rollout.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.List;

/** Calls between tags. The last closing tag may be missing, because it may have been a stop string. */
final class HermesFormat implements ToolCallFormat {
    private static final String BEGIN = "<tool_call>";
    private static final String END = "</tool_call>";

    @Override
    public List<ParsedCall> parse(String turn) {
        String text = CallJson.afterReasoning(turn);
        List<ParsedCall> calls = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int from = at + BEGIN.length();
            int close = text.indexOf(END, from);
            String body = close < 0 ? text.substring(from) : text.substring(from, close);
            calls.add(read(body));
            at = close < 0 ? -1 : text.indexOf(BEGIN, close);
        }
        return calls;
    }

    private static ParsedCall read(String body) {
        try {
            CallJson.Read json = CallJson.read(body, 0);
            return body.substring(json.end()).isBlank()
                    ? CallJson.call(body, json.value())
                    : new ParsedCall.Malformed(body, "the call must be one JSON object and nothing behind it");
        } catch (JsonProcessingException e) {
            return new ParsedCall.Malformed(body, "the call is not valid JSON: " + CallJson.problem(e));
        }
    }
}
