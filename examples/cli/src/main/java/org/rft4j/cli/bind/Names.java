package org.rft4j.cli.bind;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.rft4j.core.checkpoint.NearNames;

/** How names of Java are spelled in the file: keys and types as in Java, constants and classes in camel case. */
public final class Names {
    private static final int ALIKE = 2;

    private Names() {}

    /** {@code KEEP_PRODUCTS} and {@code KeepProducts} are {@code keepProducts}. */
    static String camel(String name) {
        if (!name.equals(name.toUpperCase(Locale.ROOT))) {
            return Character.toLowerCase(name.charAt(0)) + name.substring(1);
        }
        StringBuilder camel = new StringBuilder();
        for (String word : name.toLowerCase(Locale.ROOT).split("_")) {
            camel.append(
                    camel.isEmpty() || word.isEmpty()
                            ? word
                            : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }

    /** {@code KlPenalty} is "kl penalty". */
    static String words(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    /**
     * Types and constants may be written in any case, with or without dashes.
     *
     * @param one name
     * @param other name
     * @return whether both mean the same
     */
    public static boolean same(String one, String other) {
        return plain(one).equals(plain(other));
    }

    private static String plain(String name) {
        return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** What the writer may have meant, if one begins alike, and what there is. */
    static String hint(String wanted, Collection<String> names) {
        if (names.isEmpty()) {
            return "leave it out";
        }
        String all = "there are " + String.join(", ", names);
        return meant(wanted, names)
                .map(one -> "did you mean " + one + "? T" + all.substring(1))
                .orElse(all);
    }

    private static Optional<String> meant(String wanted, Collection<String> names) {
        String plain = plain(wanted);
        if (plain.length() < ALIKE) {
            return Optional.empty();
        }
        return Stream.concat(
                        names.stream().filter(name -> plain(name).startsWith(plain)),
                        NearNames.of(plain, names).stream()
                                .limit(1)
                                .filter(name -> plain(name).startsWith(plain.substring(0, ALIKE))))
                .findFirst();
    }
}
