package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/troubleshooting.md} has every finding, and what it quotes is what the code says. */
class TroubleshootingTest {
    private static final Path PAGE = SnippetsTest.ROOT.resolve("docs/troubleshooting.md");

    /** How findings are made: by their own code, by a rule that has one, or by a helper of the preflight. */
    private static final Pattern CODE = Pattern.compile("Finding\\(\\s*Finding\\.Level\\.[A-Z]+,\\s*\"([a-z_]+)\""
            + "|Finding\\(\\s*[a-z][^;\"]*Finding\\.Level\\.[A-Z]+,\\s*\"([a-z_]+)\""
            + "|String CODE = \"([a-z_]+)\""
            + "|String code\\(\\) \\{\\s*return \"([a-z_]+)\""
            + "|KlDivergence\\(\\s*\"([a-z_]+)\""
            + "|Checked\\.(?:note|warning|error)\\(\\s*\"([a-z_]+)\""
            + "|(?:tellMany\\(\\s*findings,|found\\()\\s*\"([a-z_]+)\"");

    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"\\n]+)\"");
    private static final Pattern ALL_FINDINGS = Pattern.compile("## All findings\\n(.*)", Pattern.DOTALL);
    private static final Pattern SPAN_OF_CODE = Pattern.compile("`[^`\\n]*`");
    private static final Pattern IN_BACKTICKS = Pattern.compile("`([a-z_]+)`");

    /** Texts in quotes that no code of ours says. */
    private static final Set<String> OTHERS = Set.of("NaN");

    @Test
    void everyFindingIsOnThePageAndNoOther() throws IOException {
        Set<String> told = codes(sources("core/src/main/java/org/rft4j/core"));
        assertThat(told)
                .hasSizeGreaterThan(50)
                .contains("no_template", "kl", "ppo_kl", "memory_short", "prompts_too_long", "examples_dropped")
                .contains("nothing_to_train", "stopped_early", "rollout_throws", "episodes_fail", "loss_zero");
        String table = ALL_FINDINGS
                .matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.joining());
        Set<String> listed = table.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|", 3)[1])
                .flatMap(cell -> IN_BACKTICKS.matcher(cell).results().map(match -> match.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).isEqualTo(told);
    }

    @Test
    void whatIsQuotedIsSaid() throws IOException {
        String said = Stream.of("engine-cuda", "core", "rollout", "rewards", "rewards/sandbox")
                .map(module -> sources(module + "/src/main/java"))
                .flatMap(List::stream)
                .map(source -> JOINED.matcher(source).replaceAll(""))
                .collect(Collectors.joining("\n"));
        String page = SPAN_OF_CODE.matcher(Files.readString(PAGE)).replaceAll("");
        List<String> quoted = QUOTED.matcher(page)
                .results()
                .flatMap(match -> Stream.of(match.group(1).split("\\.\\.\\.")))
                .map(String::strip)
                .filter(text -> !text.isEmpty() && !OTHERS.contains(text))
                .toList();
        assertThat(quoted).hasSizeGreaterThan(30);
        assertThat(quoted.stream().filter(text -> !said.contains(text)).toList())
                .as("texts that nobody says")
                .isEmpty();
    }

    private static Set<String> codes(List<String> sources) {
        Set<String> codes = new TreeSet<>();
        sources.forEach(source -> CODE.matcher(source).results().forEach(match -> {
            for (int group = 1; group <= match.groupCount(); group++) {
                if (match.group(group) != null) {
                    codes.add(match.group(group));
                }
            }
        }));
        return codes;
    }

    private static List<String> sources(String folder) {
        try (Stream<Path> all = Files.walk(SnippetsTest.ROOT.resolve(folder))) {
            return all.filter(file -> file.toString().endsWith(".java"))
                    .map(TroubleshootingTest::read)
                    .toList();
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
