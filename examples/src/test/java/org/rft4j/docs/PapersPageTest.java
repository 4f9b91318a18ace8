package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/papers.md} has the papers that the Javadoc names, and what it names is there. */
class PapersPageTest {
    private static final Pattern ARXIV = Pattern.compile("(?<![0-9.])[0-9]{4}\\.[0-9]{5}(?![0-9])");
    private static final Pattern LINKED = Pattern.compile("\\[([0-9.]+)]\\(https://arxiv\\.org/abs/([0-9.]+)\\)");

    private final String page = read(SnippetsTest.ROOT.resolve("docs/papers.md"));

    @Test
    void papersAreThoseOfTheJavadoc() {
        Set<String> listed = ids(page);
        Set<String> named = Stream.of("core", "algorithms", "rewards", "rollout")
                .map(SnippetsTest.ROOT::resolve)
                .flatMap(PapersPageTest::sources)
                .flatMap(source -> ids(read(source)).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).hasSizeGreaterThan(80).contains("2402.03300", "2505.18116");
        assertThat(listed).isEqualTo(named);
        assertThat(LINKED.matcher(page).results())
                .isNotEmpty()
                .allMatch(link -> link.group(1).equals(link.group(2)));
    }

    @Test
    void classesAndPresetsExist() {
        NamedInPage names = new NamedInPage();
        List<String> named = new ArrayList<>(NamedInPage.inColumn(page, 2));
        named.addAll(NamedInPage.inColumn(page, 3));
        assertThat(named).hasSizeGreaterThan(120).contains("CritiqueGrpo", "Presets.grpo");
        assertThat(named.stream().filter(name -> !names.exists(name)).toList())
                .as("names that nothing has")
                .isEmpty();
    }

    private static Set<String> ids(String text) {
        return ARXIV.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Path> sources(Path module) {
        try (Stream<Path> all = Files.walk(module)) {
            return all
                    .filter(file -> file.toString().replace('\\', '/').matches(".*/src/main/java/.*\\.java"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
