package org.rft4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of {@link ArchitectureTest} meets something that breaks it. */
final class RulesCanFailTest {
    private static final String ROOT = "org.rft4j.architecture.fixtures";
    private static final ClassRules RULES = new ClassRules(ROOT);
    private static final JavaClasses FIXTURES = new ClassFileImporter().importPackages(ROOT);

    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of(
                        RULES.floors(),
                        List.of(
                                "core.KnowsAlgorithm.above",
                                "core.KnowsParquet.optional",
                                "algorithms.KnowsRollout.neighbour")),
                Arguments.of(RULES.rewardsKnowNoTensor(), List.of("rewards.KnowsTensor.tensor")),
                Arguments.of(RULES.algorithmsKnowNoHttpAndNoFile(), List.of("algorithms.KnowsFiles.path")),
                Arguments.of(RULES.onlyTheEngineKnowsPyTorch(), List.of("rollout.KnowsPyTorch.tensor")),
                Arguments.of(RULES.noPackageCycles(), List.of("core.a.Hen.from", "core.b.Egg.from")),
                Arguments.of(RULES.noStandardStreams(), List.of("habits.Prints.run")),
                Arguments.of(RULES.noOtherLogging(), List.of("habits.Logs.logger")),
                Arguments.of(
                        RULES.noUnseededRandomness(),
                        List.of(
                                "habits.Rolls.math",
                                "habits.Rolls.random()",
                                "habits.Rolls.splittable",
                                "habits.Rolls.threadLocal",
                                "habits.Rolls.secure",
                                "habits.Rolls.uuid",
                                "habits.Rolls.generator",
                                "habits.Rolls.shuffle",
                                "habits.Rolls.tensor")),
                Arguments.of(
                        RULES.noWallClock(),
                        List.of(
                                "habits.Clocks.millis",
                                "habits.Clocks.instant",
                                "habits.Clocks.day",
                                "habits.Clocks.clock",
                                "habits.Clocks.date")),
                Arguments.of(RULES.nanoTimeOnlyWhereTimeIsMeasured(), List.of("habits.Clocks.nanos")),
                Arguments.of(RULES.classesAreFinalOrAbstract(), List.of("habits.Open")));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void fails(ArchRule rule, List<String> culprits) {
        List<String> report = rule.evaluate(FIXTURES).getFailureReport().getDetails();
        assertThat(culprits)
                .allSatisfy(culprit ->
                        assertThat(report).anySatisfy(line -> assertThat(line).contains(ROOT + "." + culprit)));
        assertThat(report)
                .noneSatisfy(
                        line -> assertThat(line).containsAnyOf("Rolls.seeded", "habits.Closed", "examples.Prints"));
    }

    @Test
    void everyRuleIsMet() {
        assertThat(violations()
                        .map(a -> ((ArchRule) a.get()[0]).getDescription().replace(ROOT, "org.rft4j")))
                .containsExactlyElementsOf(
                        ArchitectureTest.rules().map(ArchRule::getDescription).toList());
    }

    @Test
    void budgetsOfFilesAndMethods() {
        String line = "        x++;\n";
        assertThat(sizes("class A {\n    void f(int x) {\n" + line.repeat(38) + "    }\n}\n"))
                .isEmpty();
        assertThat(sizes("class A {\n    void f(int x) {\n" + line.repeat(39) + "    }\n}\n"))
                .containsExactly("A:2: method f has 41 lines, must have at most 40; split it by what it does");
        assertThat(sizes("\n".repeat(400))).isEmpty();
        assertThat(sizes("\n".repeat(401)))
                .containsExactly("A has 401 lines, must have at most 400; split it by topic");
    }

    @Test
    void budgetsOfComponents() {
        assertThat(sizes("class A { A(" + ints(8) + ") {} }")).isEmpty();
        assertThat(sizes("class A { A(" + ints(9) + ") {} }"))
                .containsExactly("A:1: constructor has 9 parameters, must have at most 8; group them by topic");
        assertThat(sizes("record R(" + ints(8) + ") { static final int N = 1; R {} }"))
                .isEmpty();
        assertThat(sizes("record R(" + ints(9) + ") {}"))
                .containsExactly("A:1: record R has 9 components, must have at most 8; group them by topic");
        assertThat(sizes("record ClipOptions(" + ints(12) + ") {}")).isEmpty();
        assertThat(sizes("record ClipConfig(" + ints(13) + ") {}"))
                .containsExactly("A:1: record ClipConfig has 13 components, must have at most 12; group them by topic");
    }

    @Test
    void documentation() {
        assertThat(undocumented("class A { public int f() { return 1; } }")).isEmpty();
        assertThat(undocumented("public class A {}")).containsExactly("A:1: class A has no documentation comment");
        assertThat(undocumented("/** A. */ public class A { public int f(int x) { return x; } public int y; }"))
                .containsExactly(
                        "A:1: method f has no documentation comment", "A:1: field y has no documentation comment");
        assertThat(undocumented("/** A. */ public class A { /** F. */ public int f(int x) { return x; } }"))
                .containsExactly("A:1: method f has no @param for x", "A:1: method f has no @return");
        assertThat(undocumented(
                        "/** A. */ public interface A { /** {@return one}\n * @param x x */ int f(int x); int g(); }"))
                .containsExactly("A:2: method g has no documentation comment");
        assertThat(undocumented(
                        "/** A. */ public record A(int a, int b) { @X() public A { f(); } public A(int a) {} }"))
                .containsExactly(
                        "A:1: class A has no @param for a",
                        "A:1: class A has no @param for b",
                        "A:1: constructor has no documentation comment");
        assertThat(undocumented("/** A. */ public enum A { ONE; @Override public String toString() { return null; } }"))
                .containsExactly("A:1: field ONE has no documentation comment");
    }

    @Test
    void tolerances() {
        assertThat(tolerances("assertThat(x).isCloseTo(1.0, within(1e-2));")).isEmpty();
        assertThat(tolerances("assertThat(x).isCloseTo(1.0, within(0.1));"))
                .containsExactly("A:1: tolerance was 0.1, must be at most 0.01; tighten it, or say why not in a"
                        + " \"// tolerance: ...\" comment on that line");
        assertThat(tolerances("assertThat(x).isCloseTo(1f, Offset.offset(2f));"))
                .hasSize(1);
        assertThat(tolerances("assertEquals(1.0, x, 0.5);")).hasSize(1);
        assertThat(tolerances("double rtol = 0.5;")).hasSize(1);
        assertThat(tolerances("double near = 0.5; assertThat(x).isCloseTo(1.0, within(near));"))
                .hasSize(1);
        assertThat(tolerances("double tolerance = 0.5; // tolerance: bf16 keeps 8 bits\n"))
                .isEmpty();
        assertThat(tolerances("assertThat(n).isCloseTo(10, within(2));")).isEmpty();
    }

    @Test
    void packagesWithoutNullMarks(@TempDir Path folder) throws IOException {
        Path source = Files.writeString(folder.resolve("A.java"), "class A {}");
        assertThat(SourceTree.packagesWithoutNullMarks(List.of(source))).hasSize(1);
        Files.writeString(folder.resolve("package-info.java"), "/** No. */\npackage a;\n");
        assertThat(SourceTree.packagesWithoutNullMarks(List.of(source))).hasSize(1);
        Files.writeString(folder.resolve("package-info.java"), "/** Yes. */\n@NullMarked\npackage a;\n");
        assertThat(SourceTree.packagesWithoutNullMarks(List.of(source))).isEmpty();
    }

    private static List<String> sizes(String source) {
        return SizeBudgets.violations(ParsedSource.of("A", source));
    }

    private static List<String> undocumented(String source) {
        return Documentation.violations(ParsedSource.of("A", source));
    }

    private static List<String> tolerances(String statement) {
        return Tolerances.violations(ParsedSource.of("A", "class A { void f(double x, int n) { " + statement + " } }"));
    }

    private static String ints(int count) {
        return Stream.iterate(0, i -> i + 1)
                .limit(count)
                .map(i -> "int a" + i)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }
}
