package org.rft4j.rewards.json;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.json.JsonPath.Selector;
import org.rft4j.rewards.json.JsonPath.Step;

/** Reads the text of a path. */
final class JsonPathParser {
    private static final int MOST_DIGITS = 9;

    private final String text;
    private int at;

    JsonPathParser(String text) {
        this.text = text;
    }

    JsonPath parse() {
        if (!take("$")) {
            throw refused("'$' at its beginning");
        }
        List<Step> steps = new ArrayList<>();
        while (at < text.length()) {
            boolean anywhere = take("..");
            if (take("[")) {
                steps.add(new Step(bracketed(), anywhere));
            } else if (anywhere || take(".")) {
                steps.add(new Step(take("*") ? new Selector.All() : new Selector.Name(name()), anywhere));
            } else {
                throw refused("'.' or '['");
            }
        }
        return new JsonPath(text, steps);
    }

    private Selector bracketed() {
        Selector selector;
        if (take("*")) {
            selector = new Selector.All();
        } else if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
            selector = new Selector.Name(quoted(text.charAt(at++)));
        } else {
            selector = new Selector.Index(index());
        }
        if (!take("]")) {
            throw refused("']'");
        }
        return selector;
    }

    private String quoted(char quote) {
        StringBuilder name = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\') {
                at++;
            }
            if (at < text.length()) {
                name.append(text.charAt(at++));
            }
        }
        if (at >= text.length()) {
            throw refused("a quote that ends the name");
        }
        at++;
        return name.toString();
    }

    private int index() {
        int start = at;
        take("-");
        int digits = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == digits || at - digits > MOST_DIGITS) {
            at = start;
            throw refused("'*', a quoted name or an index");
        }
        return Integer.parseInt(text.substring(start, at));
    }

    private String name() {
        int start = at;
        while (at < text.length() && isNamePart(text.charAt(at), at == start)) {
            at++;
        }
        if (at == start) {
            throw refused("'*' or a name");
        }
        return text.substring(start, at);
    }

    /** As in RFC 9535: letters, the underscore and whatever is not ASCII; digits too, but not first. */
    private static boolean isNamePart(char c, boolean first) {
        return c == '_'
                || c >= 0x80
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (!first && c >= '0' && c <= '9');
    }

    private boolean take(String token) {
        boolean there = text.startsWith(token, at);
        at += there ? token.length() : 0;
        return there;
    }

    private InvalidInputException refused(String expected) {
        return new InvalidInputException(
                "JSON path",
                "'" + text + "'",
                "must have " + expected + " at character " + (at + 1),
                "write it like $.items[0].name, $..name or $['a name'][*]; slices, filters and lists are not known");
    }
}
