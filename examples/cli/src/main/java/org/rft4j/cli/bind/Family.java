package org.rft4j.cli.bind;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The things that {@code type} chooses between.
 *
 * @param title of their table
 * @param variants in the order in which they are told
 * @param <T> what they are
 */
public record Family<T>(String title, List<Variant<T>> variants) {
    /** Copies the list. */
    public Family {
        variants = List.copyOf(variants);
    }

    /**
     * Records that are what they are: their type is the name of the class, their keys its components.
     *
     * @param type what they are
     * @param classes the records
     * @param <T> what they are
     * @return the family
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    public static <T> Family<T> ofRecords(Class<T> type, Class<? extends T>... classes) {
        return new Family<>(Names.words(type.getSimpleName()), records(type, Arrays.stream(classes)));
    }

    /** The records that a sealed interface permits. */
    static <T> Family<T> ofSealed(Class<T> type) {
        return new Family<>(
                Names.words(type.getSimpleName()), records(type, Arrays.stream(type.getPermittedSubclasses())));
    }

    private static <T> List<Variant<T>> records(Class<T> type, Stream<? extends Class<?>> classes) {
        return classes.filter(Class::isRecord)
                .map(one -> new Variant<T>(
                        Names.camel(one.getSimpleName()), one.asSubclass(Record.class), Optional.empty(), type::cast))
                .toList();
    }

    /**
     * What may stand behind {@code type}.
     *
     * @return the names of all variants
     */
    public List<String> names() {
        return variants.stream().map(Variant::name).toList();
    }

    /**
     * Looks a name up.
     *
     * @param name in any case, with or without dashes
     * @return its variant
     */
    public Optional<Variant<T>> named(String name) {
        return variants.stream().filter(one -> Names.same(one.name(), name)).findFirst();
    }

    Optional<Variant<T>> of(Class<?> options) {
        return variants.stream().filter(one -> one.options() == options).findFirst();
    }
}
