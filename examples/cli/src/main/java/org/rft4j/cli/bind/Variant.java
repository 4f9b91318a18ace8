package org.rft4j.cli.bind;

import java.util.Optional;
import java.util.function.Function;

/**
 * One of several things that {@code type} chooses between.
 *
 * @param name what stands behind {@code type}
 * @param options the record of its keys
 * @param template the values of keys that are not given; empty = those that the record and the vocabulary have
 * @param maker makes it of its options
 * @param <T> what it is
 */
public record Variant<T>(
        String name, Class<? extends Record> options, Optional<Record> template, Function<Record, T> maker) {
    /**
     * A variant whose keys have the values of a record unless they are given.
     *
     * @param name what stands behind {@code type}
     * @param template the values
     * @param maker makes it of its options
     * @param <R> its options
     * @param <T> what it is
     * @return the variant
     */
    public static <R extends Record, T> Variant<T> of(String name, R template, Function<R, T> maker) {
        return new Variant<>(name, template.getClass(), Optional.of(template), of -> maker.apply(cast(of)));
    }

    /**
     * A variant with the values that its record names.
     *
     * @param name what stands behind {@code type}
     * @param options the record of its keys
     * @param maker makes it of its options
     * @param <R> its options
     * @param <T> what it is
     * @return the variant
     */
    public static <R extends Record, T> Variant<T> of(String name, Class<R> options, Function<R, T> maker) {
        return new Variant<>(name, options, Optional.empty(), of -> maker.apply(cast(of)));
    }

    @SuppressWarnings("unchecked") // the binder makes records of the class that the variant names
    private static <R extends Record> R cast(Record options) {
        return (R) options;
    }

    /** Choices are told apart by their names and options. */
    @Override
    public String toString() {
        return name;
    }
}
