package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import org.rft4j.engine.Check;

/** Reads ids from files: every id takes a place in a table, so that a wild one would take all memory. */
final class TokenIds {
    /** Far beyond every vocabulary; the largest published ones have 2^18 tokens. */
    static final int HIGHEST = 1 << 24;

    private static final String RULE = "must be a whole number from 0 to " + HIGHEST;
    private static final String WAY_OUT = "copy the file again from where the model comes from";

    private TokenIds() {}

    static int of(JsonNode id, String what) {
        Check.that(isId(id), what, id.isMissingNode() ? "missing" : id, RULE, WAY_OUT);
        return id.intValue();
    }

    /** An id that is written as a text. */
    static int parse(String id, String what) {
        boolean isNumber = id.matches("[0-9]{1,8}") && Integer.parseInt(id) <= HIGHEST;
        Check.that(isNumber, what, "\"" + id + "\"", RULE, WAY_OUT);
        return Integer.parseInt(id);
    }

    private static boolean isId(JsonNode id) {
        return id.isIntegralNumber() && id.canConvertToInt() && id.intValue() >= 0 && id.intValue() <= HIGHEST;
    }
}
