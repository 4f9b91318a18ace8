package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An attribute path like {@code function.arguments.0}, as filters take it. */
record Paths(List<Object> parts) {
    static Paths of(Object attribute) {
        if (attribute == None.NONE) {
            return new Paths(List.of());
        }
        if (!(attribute instanceof CharSequence)) {
            return new Paths(List.of(attribute));
        }
        List<Object> parts = new ArrayList<>();
        for (Object part : Text.split(attribute.toString(), ".", -1)) {
            String name = part.toString();
            boolean number =
                    !name.isEmpty() && name.length() < 10 && name.chars().allMatch(Character::isDigit);
            parts.add(number ? (Object) Long.parseLong(name) : name);
        }
        return new Paths(parts);
    }

    /** Several paths between commas. */
    static List<Paths> several(Object attribute) {
        return attribute instanceof CharSequence
                ? Text.split(attribute.toString(), ",", -1).stream()
                        .map(Paths::of)
                        .toList()
                : List.of(of(attribute));
    }

    Object follow(Object value, Run run) {
        Object found = value;
        for (Object part : parts) {
            found = Members.item(found, part, run);
        }
        return found;
    }

    /** As {@link #follow}, with a stand-in for what is missing; None stands for nothing. */
    Object follow(Object value, Object otherwise, Run run) {
        Object found = value;
        for (Object part : parts) {
            found = Members.item(found, part, run);
            if (found instanceof Undefined && otherwise != None.NONE) {
                found = otherwise;
            }
        }
        return found;
    }

    static Object ignoreCase(Object value) {
        return value instanceof CharSequence ? value.toString().toLowerCase(Locale.ROOT) : value;
    }
}
