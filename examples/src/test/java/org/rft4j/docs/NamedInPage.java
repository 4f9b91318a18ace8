package org.rft4j.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Classes and members as pages name them: {@code RunOptions.groupSize}, {@code EntropyBonus.Adaptive.TRL}, {@code PpoClip}. */
final class NamedInPage {
    private static final Pattern SPAN = Pattern.compile("`([A-Z][A-Za-z0-9]*(?:\\.[A-Za-z_0-9]+)*)(?:\\([^`]*\\))?`");
    private static final List<String> MODULES =
            List.of("engine-cuda", "core", "algorithms", "rewards", "rewards/sql", "rewards/sandbox", "rollout");

    /** Names by simple name; a name that stands in two packages has both. */
    private final Map<String, List<String>> classes = new TreeMap<>();

    NamedInPage() {
        for (String module : MODULES) {
            Path sources = SnippetsTest.ROOT.resolve(module).resolve("src/main/java");
            try (Stream<Path> all = Files.walk(sources)) {
                all.map(file -> sources.relativize(file).toString().replace('\\', '/'))
                        .filter(file -> file.endsWith(".java") && !file.endsWith("package-info.java"))
                        .map(file -> file.substring(0, file.length() - ".java".length())
                                .replace('/', '.'))
                        .forEach(this::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void add(String className) {
        classes.merge(
                className.substring(className.lastIndexOf('.') + 1),
                List.of(className),
                (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
    }

    /** What stands in backticks in a column of a page's tables and begins as a class does. */
    static List<String> inColumn(String page, int column) {
        return page.lines()
                .filter(line -> line.startsWith("| ") && line.split(" \\| ", -1).length > column)
                .map(line -> line.split(" \\| ", -1)[column])
                .flatMap(cell -> SPAN.matcher(cell).results())
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    /** Whether a class, and the member of it that is named, exist and can be seen by users. */
    boolean exists(String name) {
        String[] parts = name.split("\\.");
        return classes.getOrDefault(parts[0], List.of()).stream()
                .map(NamedInPage::load)
                .anyMatch(type -> isIn(type, List.of(parts).subList(1, parts.length)));
    }

    private static boolean isIn(Class<?> type, List<String> parts) {
        if (parts.isEmpty()) {
            return true;
        }
        String name = parts.get(0);
        List<String> rest = parts.subList(1, parts.size());
        return Arrays.stream(type.getClasses())
                        .anyMatch(nested -> nested.getSimpleName().equals(name) && isIn(nested, rest))
                || (rest.isEmpty()
                        && Stream.concat(
                                        Arrays.stream(type.getMethods()).map(Method::getName),
                                        Arrays.stream(type.getFields()).map(Field::getName))
                                .anyMatch(name::equals));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, NamedInPage.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
