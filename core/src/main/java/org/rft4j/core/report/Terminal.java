package org.rft4j.core.report;

import java.io.Console;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * What a console can do.
 *
 * @param redraws whether a line can be drawn again in its place; a file or a pipe cannot
 * @param width how many columns it has
 * @param colours whether it shows colours
 * @param unicode whether it shows more than ASCII
 */
public record Terminal(boolean redraws, int width, boolean colours, boolean unicode) {
    private static final int USUAL_WIDTH = 80;
    private static final int LEAST_WIDTH = 20;

    /** Checks the width. */
    public Terminal {
        Check.that(width >= LEAST_WIDTH, "width", width, "must be at least " + LEAST_WIDTH, "widen the window");
    }

    /**
     * A file, a pipe or a build server: lines only, no colours.
     *
     * @return that
     */
    public static Terminal plain() {
        return new Terminal(false, USUAL_WIDTH, false, false);
    }

    /**
     * Finds out whether this process has a terminal, and asks the usual environment variables about it: {@code TERM}, {@code NO_COLOR},
     * {@code COLUMNS} (which a shell has to export) and the locale's.
     *
     * @return what it can do
     */
    public static Terminal detect() {
        return of(System.getenv(), isTerminal(System.console()));
    }

    static Terminal of(Map<String, String> environment, boolean terminal) {
        boolean redraws = terminal && !environment.getOrDefault("TERM", "").equals("dumb");
        boolean colours = redraws && environment.getOrDefault("NO_COLOR", "").isEmpty();
        String locale = Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
        boolean unicode = locale.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8");
        return new Terminal(redraws, width(environment.getOrDefault("COLUMNS", "")), colours, unicode);
    }

    private static int width(String columns) {
        return columns.matches("[0-9]{1,4}") ? Math.max(LEAST_WIDTH, Integer.parseInt(columns)) : USUAL_WIDTH;
    }

    /** From Java 22 on there is a console without a terminal, and a method that says so. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
