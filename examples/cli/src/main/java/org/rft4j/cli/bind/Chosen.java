package org.rft4j.cli.bind;

/**
 * What {@code type} chose, with its options, before it is made.
 *
 * @param variant what was chosen
 * @param options its keys
 * @param <T> what it is
 */
public record Chosen<T>(Variant<T> variant, Record options) {
    /**
     * Makes it.
     *
     * @return anew at each call
     */
    public T make() {
        return variant.maker().apply(options);
    }

    /**
     * What was chosen.
     *
     * @return what stands behind {@code type}
     */
    public String name() {
        return variant.name();
    }
}
