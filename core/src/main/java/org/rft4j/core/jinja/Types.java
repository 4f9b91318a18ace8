package org.rft4j.core.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Python's names of the types, as error messages need them. */
final class Types {
    private Types() {}

    static String name(Object value) {
        if (value instanceof Attributed attributed) {
            return attributed.typeName();
        }
        if (value instanceof String) {
            return "str";
        }
        if (value instanceof Markup) {
            return "Markup";
        }
        if (isInt(value)) {
            return "int";
        }
        if (value instanceof Double) {
            return "float";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        return containerName(value);
    }

    private static String containerName(Object value) {
        if (value instanceof Map) {
            return "dict";
        }
        if (value instanceof List) {
            return "list";
        }
        if (value instanceof Tuple) {
            return "tuple";
        }
        if (value == None.NONE) {
            return "NoneType";
        }
        if (value instanceof Undefined) {
            return "Undefined";
        }
        if (value instanceof Range) {
            return "range";
        }
        if (value instanceof DictView view) {
            return view.kind().typeName();
        }
        return value instanceof Lazy ? "generator" : "function";
    }

    /** How Jinja names a value in messages about undefined members. */
    static String describe(Object value) {
        String module = value instanceof Markup ? "markupsafe." : "";
        return value == None.NONE ? "None" : module + name(value) + " object";
    }

    static boolean isInt(Object value) {
        return value instanceof Long || value instanceof BigInteger;
    }

    /** Numbers in Python include the two truth values. */
    static boolean isNumber(Object value) {
        return isInt(value) || value instanceof Double || value instanceof Boolean;
    }

    static boolean isCallable(Object value) {
        return value instanceof Callable;
    }
}
