package org.rft4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.reward.RewardScorer;

/**
 * {@code docs/metrics.md} against the code that tells metrics, and against what a run writes. All other runs of this package ask the glossary
 * too.
 */
class MetricsGlossaryTest {
    /** Where metrics are told. */
    private static final List<String> TELLING = List.of(
            "algorithms/src/main/java/org/rft4j/algorithms",
            "core/src/main/java/org/rft4j/core/training",
            "core/src/main/java/org/rft4j/core/trainer",
            "core/src/main/java/org/rft4j/core/evaluation",
            "core/src/main/java/org/rft4j/core/reward",
            "core/src/main/java/org/rft4j/core/data/encode",
            "rewards/src/main/java/org/rft4j/rewards/run",
            "rollout/src/main/java/org/rft4j/rollout/selection");

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("\"([^\"\\\\\\n]*)\"");

    /** Names with a slash, and those that are told by a call that says so. */
    private static final Pattern TOLD = Pattern.compile(
            "\"([a-z_@]+(?:/[a-z_@]+)+)\""
                    + "|(?:metrics\\.put|\\.share|\\.largest|\\.smallest|tellShare|tellMean)\\(\\s*(?:metrics, )?\"([a-z_@/]*[a-z])\"");

    /** Paths, whose slashes are those of files. */
    private static final Set<String> NO_METRICS = Set.of("runs/first");

    @TempDir
    private Path folder;

    @Test
    void everyNameThatTheCodeTellsIsOnThePage() {
        Set<String> told = new TreeSet<>();
        sources()
                .forEach(file -> TOLD.matcher(withoutComments(file))
                        .results()
                        .forEach(match -> told.add(match.group(1) == null ? match.group(2) : match.group(1))));
        told.removeAll(NO_METRICS);
        assertThat(told).hasSizeGreaterThan(100).contains("grad_norm", "actor/ppo_kl", "accuracy", "time/step_s");
        MetricsGlossary.ofPage().requireKnown(told);
    }

    @Test
    void everyNameOnThePageIsToldByTheCode() {
        Map<Path, TreeSet<String>> literals = sources()
                .collect(Collectors.groupingBy(
                        Path::getParent,
                        Collectors.flatMapping(
                                file -> LITERAL.matcher(withoutComments(file))
                                        .results()
                                        .map(match -> match.group(1)),
                                Collectors.toCollection(TreeSet::new))));
        literals.values().forEach(ofPackage -> ofPackage.add(RewardScorer.OF_PROCESS)); // shared by all rewards
        assertThat(MetricsGlossary.ofPage().names()).doesNotHaveDuplicates();
        assertThat(MetricsGlossary.ofPage().names().stream()
                        .filter(name -> !isTold(name, literals.values()))
                        .toList())
                .as("names that no code tells")
                .isEmpty();
    }

    private static boolean isTold(String name, Collection<? extends Set<String>> literals) {
        return MetricsGlossary.fixedParts(name).stream()
                .allMatch(part -> literals.stream().anyMatch(ofPackage -> isJoined(part, ofPackage)));
    }

    /** Whether a package's literals, one behind the other, make the text. Single letters do not count. */
    private static boolean isJoined(String text, Set<String> literals) {
        return text.isEmpty()
                || literals.stream()
                        .filter(one -> one.length() > 1 || one.equals("/") || one.equals("_"))
                        .anyMatch(one -> text.startsWith(one) && isJoined(text.substring(one.length()), literals));
    }

    @Test
    void aRunWritesNothingElse() throws IOException {
        Recipe recipe = new Recipe("grpo", Presets::grpo, Baseline.GROUP, false, 1, 2, 1e-3);
        StoryRun.of(recipe, 1, 1, folder);
        Set<String> written = new TreeSet<>(names("metrics.jsonl", "metrics"));
        assertThat(written).contains("reward", "kl", "clip_ratio/region_mean", "eval_held_out_reward");
        Set<String> timed = names("timings.jsonl", "timings");
        assertThat(timed).contains("time/step_s", "time/sampling_s", "speed/tokens_per_s");
        written.addAll(timed);
        MetricsGlossary.ofPage().requireKnown(written);
    }

    @Test
    void capitalsStandForNamesAndNothingElseDoes() {
        MetricsGlossary glossary =
                new MetricsGlossary("| metric |\n| `a/NAME/mean`, `a.b` | what |\nno `row`\n| `eval_PLAN_x@K` | `c` |");
        assertThat(glossary.names()).containsExactly("a/NAME/mean", "a.b", "eval_PLAN_x@K");
        assertThat(List.of("a/some name/mean", "a.b", "eval_held_out_x@8")).allMatch(glossary::knows);
        assertThat(List.of("a/mean", "a/b/std", "axb", "row", "c", "eval_x@8")).noneMatch(glossary::knows);
        assertThatThrownBy(() -> glossary.requireKnown(List.of("a.b", "unheard/of")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("unheard/of");
        assertThat(isJoined("completions/mean_length", Set.of("completions/", "mean", "_length")))
                .isTrue();
        assertThat(isJoined("completions/mean_width", Set.of("completions/", "mean", "_length", "w", "i")))
                .isFalse();
    }

    private Set<String> names(String file, String field) throws IOException {
        Set<String> names = new TreeSet<>();
        for (String line : Files.readAllLines(folder.resolve(file))) {
            JsonNode numbers = new ObjectMapper().readTree(line).path(field);
            numbers.fieldNames().forEachRemaining(names::add);
        }
        return names;
    }

    private static String withoutComments(Path file) {
        return COMMENT.matcher(MetricsGlossary.read(file)).replaceAll("");
    }

    private static Stream<Path> sources() {
        return TELLING.stream().map(MetricsGlossary.root()::resolve).flatMap(MetricsGlossaryTest::javaFiles);
    }

    private static Stream<Path> javaFiles(Path of) {
        try (Stream<Path> all = Files.walk(of)) {
            return all.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
