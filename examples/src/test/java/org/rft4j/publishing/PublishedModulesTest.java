package org.rft4j.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** Poms agree with each other, and say what Maven Central asks for. */
class PublishedModulesTest {
    private static final Document PARENT = Poms.read(Poms.root().resolve("pom.xml"));
    private static final Document BOM = Poms.read(Poms.root().resolve("core/bom/pom.xml"));
    private static final Document OUTSIDE = Poms.read(Poms.root().resolve("examples/src/it/outside/pom.xml"));
    private static final String ARTIFACTS_OF_OURS =
            "/project/%s/dependency[groupId='org.rft4j' and not(scope='import')]/artifactId";

    @Test
    void theBomListsWhatIsPublished() {
        assertThat(Poms.texts(BOM, ARTIFACTS_OF_OURS.formatted("dependencyManagement/dependencies")))
                .containsExactlyInAnyOrderElementsOf(publishedJars());
    }

    @Test
    void theOutsideProjectUsesWhatIsPublished() {
        assertThat(Poms.texts(OUTSIDE, ARTIFACTS_OF_OURS.formatted("dependencies")))
                .containsExactlyInAnyOrderElementsOf(publishedJars());
    }

    @Test
    void theOutsideProjectNamesNoVersionOfWhatTheBomManages() {
        assertThat(Poms.texts(OUTSIDE, "/project/dependencies/dependency[version]/artifactId"))
                .containsExactlyInAnyOrder("junit-jupiter", "assertj-core");
    }

    /** Otherwise they would be downloaded once more. */
    @Test
    void pluginsHaveOneVersion() {
        Map<String, List<String>> versions = Stream.of(
                        PARENT, BOM, OUTSIDE, Poms.read(Poms.root().resolve("examples/pom.xml")))
                .flatMap(pom -> Poms.nodes(pom, "//plugin[version]"))
                .collect(Collectors.groupingBy(
                        plugin -> Poms.text(plugin, "artifactId"),
                        Collectors.mapping(plugin -> Poms.text(plugin, "version"), Collectors.toList())));
        assertThat(versions).hasSizeGreaterThan(20);
        assertThat(versions)
                .allSatisfy((plugin, found) ->
                        assertThat(found.stream().distinct()).as(plugin).hasSize(1));
        assertThat(Poms.texts(OUTSIDE, "//plugin[not(version)]/artifactId")).isEmpty();
    }

    @Test
    void parentAndBomSayWhatMavenCentralAsksFor() {
        assertThat(Poms.missing(PARENT)).isEmpty();
        assertThat(Poms.missing(BOM)).isEmpty();
        for (String same : List.of("version", "url", "scm/url", "licenses/license/name", "developers/developer/name")) {
            assertThat(Poms.text(BOM, "/project/" + same)).as(same).isEqualTo(Poms.text(PARENT, "/project/" + same));
        }
        assertThat(Poms.text(BOM, "/project/properties/project.build.outputTimestamp"))
                .isNotEmpty()
                .isEqualTo(Poms.text(PARENT, "/project/properties/project.build.outputTimestamp"));
    }

    /** Neither is inherited. */
    @ParameterizedTest
    @ValueSource(strings = {"name", "description"})
    void everyModuleSays(String element) {
        assertThat(Poms.published())
                .hasSizeGreaterThan(8)
                .allSatisfy(module -> assertThat(Poms.text(Poms.read(module.resolve("pom.xml")), "/project/" + element))
                        .as(module + " " + element)
                        .isNotEmpty());
    }

    @Test
    void whatIsMissingIsNamed() {
        Document pom = Poms.parse("<project><name>a</name><url> </url><scm><url>https://a</url></scm></project>");
        assertThat(Poms.missing(pom))
                .containsExactly(
                        "description",
                        "url",
                        "licenses/license/name",
                        "licenses/license/url",
                        "developers/developer/name",
                        "scm/connection",
                        "scm/developerConnection");
    }

    private static List<String> publishedJars() {
        List<Path> jars =
                Poms.published().stream().filter(module -> !Poms.isPom(module)).toList();
        assertThat(jars).hasSizeGreaterThan(7);
        return jars.stream().map(Poms::artifact).toList();
    }
}
