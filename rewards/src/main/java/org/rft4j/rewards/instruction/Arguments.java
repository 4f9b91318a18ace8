package org.rft4j.rewards.instruction;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** The arguments of a constraint, as they stand in data sets. */
final class Arguments {
    private static final int MOST = 1_000_000;

    private final String id;
    private final Map<?, ?> values;

    Arguments(String id, Map<?, ?> values) {
        this.id = id;
        this.values = values;
    }

    String text(String name) {
        if (values.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "must be a string");
    }

    int number(String name) {
        double value = values.get(name) instanceof Number number ? number.doubleValue() : -1;
        if (value < 0 || value > MOST || value != Math.rint(value)) {
            throw wrong(name, "must be a whole number from 0 to " + MOST);
        }
        return (int) value;
    }

    private InvalidInputException wrong(String name, String rule) {
        return new InvalidInputException(named(name), values.get(name), rule, "correct the row");
    }

    List<String> texts(String name) {
        @Nullable Object value = values.get(name);
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(one -> texts.add(String.valueOf(one)));
        }
        Check.that(!texts.isEmpty(), named(name), value, "must be a list with a string", "correct the row");
        return texts;
    }

    /** How often something must be there. */
    Amount amount(String relation, String number) {
        String spelled = text(relation);
        Check.that(
                spelled.equals("at least") || spelled.equals("less than"),
                named(relation),
                spelled,
                "must be 'at least' or 'less than'",
                "correct the row");
        int count = number(number);
        Check.that(count >= 1, named(number), count, "must be at least 1", "leave the row out");
        return new Amount(spelled.equals("at least"), count);
    }

    private String named(String name) {
        return "argument '" + name + "' of " + id;
    }

    record Amount(boolean atLeast, int number) {
        boolean fits(long count) {
            return atLeast ? count >= number : count < number;
        }

        /** The least count that fits, or the greatest. */
        int fitting() {
            return atLeast ? number : number - 1;
        }

        /** A count that does not fit. */
        int missing() {
            return atLeast ? number - 1 : number;
        }

        @Override
        public String toString() {
            return (atLeast ? "at least " : "less than ") + number;
        }
    }
}
