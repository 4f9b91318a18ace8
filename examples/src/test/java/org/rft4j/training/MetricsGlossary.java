package org.rft4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names of {@code docs/metrics.md}: those in the first cells of its tables. Words in capitals stand for any name. */
final class MetricsGlossary {
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z]+");
    private static final MetricsGlossary OF_PAGE = new MetricsGlossary(read(root().resolve("docs/metrics.md")));

    private final List<String> names;
    private final Pattern known;

    MetricsGlossary(String page) {
        names = page.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|", 3)[1])
                .flatMap(cell -> NAME.matcher(cell).results().map(MetricsGlossary::first))
                .toList();
        known = Pattern.compile(names.stream().map(MetricsGlossary::pattern).collect(Collectors.joining("|")));
    }

    static MetricsGlossary ofPage() {
        return OF_PAGE;
    }

    List<String> names() {
        return names;
    }

    /** The parts of a name that do not stand for others. */
    static List<String> fixedParts(String name) {
        return PLACEHOLDER.splitAsStream(name).filter(part -> !part.isEmpty()).toList();
    }

    boolean knows(String metric) {
        return known.matcher(metric).matches();
    }

    void requireKnown(Collection<String> metrics) {
        assertThat(metrics).as("metrics that docs/metrics.md has").allMatch(this::knows);
    }

    static Path root() {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            if (Files.exists(p.resolve("docs/metrics.md"))) {
                return p;
            }
        }
        throw new IllegalStateException("no folder above " + Path.of("").toAbsolutePath() + " holds docs/metrics.md");
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String first(MatchResult match) {
        return match.group(1);
    }

    private static String pattern(String name) {
        return PLACEHOLDER
                .matcher(name)
                .replaceAll("\0")
                .chars()
                .mapToObj(c -> c == 0 ? ".+" : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining());
    }
}
