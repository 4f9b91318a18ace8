package org.rft4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds every module to the rules of CONTRIBUTING.md. */
final class ArchitectureTest {
    private static final ClassRules RULES = new ClassRules("org.rft4j");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("jmh_generated"))
            .importPackages("org.rft4j");
    private static final List<ParsedSource> MAIN = ParsedSource.readAll(SourceTree.main());
    private static final List<ParsedSource> TESTS = ParsedSource.readAll(SourceTree.tests());

    static Stream<ArchRule> rules() {
        return Stream.of(
                RULES.floors(),
                RULES.rewardsKnowNoTensor(),
                RULES.algorithmsKnowNoHttpAndNoFile(),
                RULES.onlyTheEngineKnowsPyTorch(),
                RULES.noPackageCycles(),
                RULES.noStandardStreams(),
                RULES.noOtherLogging(),
                RULES.noUnseededRandomness(),
                RULES.noWallClock(),
                RULES.nanoTimeOnlyWhereTimeIsMeasured(),
                RULES.classesAreFinalOrAbstract());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void classesKeep(ArchRule rule) {
        rule.check(CLASSES);
    }

    /** Otherwise a module missing from the class path would keep every rule. */
    @Test
    void everyMainSourceIsAmongTheCheckedClasses() {
        assertThat(SourceTree.main())
                .isNotEmpty()
                .filteredOn(file -> !file.endsWith("package-info.java"))
                .allSatisfy(file -> assertThat(CLASSES.contain(className(file)))
                        .as(file.toString())
                        .isTrue());
    }

    @Test
    void mainSourcesStayWithinTheirBudgets() {
        assertThat(violations(MAIN, SizeBudgets::violations)).isEmpty();
    }

    @Test
    void everythingPublicIsDocumented() {
        assertThat(violations(MAIN, Documentation::violations)).isEmpty();
    }

    @Test
    void testSourcesStayWithinTheirFileBudget() {
        assertThat(violations(TESTS, SizeBudgets::fileViolations)).isEmpty();
    }

    @Test
    void testsCanFail() {
        assertThat(violations(TESTS, Tolerances::violations)).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(SourceTree.packagesWithoutNullMarks(SourceTree.main())).isEmpty();
    }

    private static List<String> violations(List<ParsedSource> sources, Function<ParsedSource, List<String>> check) {
        return sources.stream().flatMap(source -> check.apply(source).stream()).toList();
    }

    private static String className(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.substring(path.indexOf("/src/main/java/") + "/src/main/java/".length(), path.length() - 5)
                .replace('/', '.');
    }
}
