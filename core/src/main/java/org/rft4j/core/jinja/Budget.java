package org.rft4j.core.jinja;

/** Counts what a rendering uses against its limits. */
final class Budget {
    /** Making this many characters or items costs as much as evaluating one expression. */
    private static final int ITEMS_PER_STEP = 16;

    private final TemplateLimits limits;
    private long steps;
    private int depth;

    Budget(TemplateLimits limits) {
        this.limits = limits;
    }

    /** One step, one level deeper; pairs with {@link #leave}. */
    void enter() {
        step();
        if (++depth > limits.depth()) {
            depth--;
            throw JinjaError.limit("depth", limits.depth());
        }
    }

    void leave() {
        depth--;
    }

    void step() {
        if (++steps > limits.steps()) {
            throw JinjaError.limit("steps", limits.steps());
        }
    }

    /** Called before a string or list of that size is made. */
    void value(long size) {
        if (size > limits.valueSize()) {
            throw JinjaError.limit("valueSize", limits.valueSize());
        }
        steps += size / ITEMS_PER_STEP;
        step();
    }

    void output(long characters) {
        if (characters > limits.outputCharacters()) {
            throw JinjaError.limit("outputCharacters", limits.outputCharacters());
        }
    }
}
