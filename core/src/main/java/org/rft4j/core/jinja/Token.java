package org.rft4j.core.jinja;

/**
 * A piece of source.
 *
 * @param text the name, operator or raw text
 * @param value the value of a literal, else the text
 * @param offset where it starts in the source
 */
record Token(Type type, String text, Object value, int offset) {
    enum Type {
        DATA("template data / text"),
        BLOCK_BEGIN("begin of statement block"),
        BLOCK_END("end of statement block"),
        VARIABLE_BEGIN("begin of print statement"),
        VARIABLE_END("end of print statement"),
        NAME("name"),
        STRING("string"),
        INTEGER("integer"),
        FLOAT("float"),
        OPERATOR("operator"),
        EOF("end of template");

        private final String description;

        Type(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    boolean isName(String name) {
        return type == Type.NAME && text.equals(name);
    }

    boolean isOperator(String operator) {
        return type == Type.OPERATOR && text.equals(operator);
    }

    /** As messages name it. */
    String describe() {
        return type == Type.NAME || type == Type.OPERATOR ? text : type.description();
    }
}
