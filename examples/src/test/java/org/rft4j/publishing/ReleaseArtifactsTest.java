package org.rft4j.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;

/** With {@code -Prelease}: the files that were made of every published module are those that Maven Central accepts. */
class ReleaseArtifactsTest {
    private static final String VERSION = Poms.text(Poms.read(Poms.root().resolve("pom.xml")), "/project/version");

    @BeforeEach
    void onlyInARelease() {
        assumeTrue(Boolean.getBoolean("rft4j.release"), "artifacts are made with -Prelease only");
    }

    static Stream<Path> modules() {
        return Poms.published().stream();
    }

    static Stream<Path> jars() {
        return modules().filter(module -> !Poms.isPom(module));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void thePomIsFlatAndComplete(Path module) throws IOException {
        Path file = module.resolve(".flattened-pom.xml");
        Document pom = Poms.read(file);
        assertThat(Poms.missing(pom)).isEmpty();
        assertThat(Poms.texts(pom, "/project/groupId | /project/artifactId | /project/version"))
                .containsExactly("org.rft4j", Poms.artifact(module), VERSION);
        assertThat(Poms.nodes(pom, "/project/parent | /project/build | /project/properties | /project/modules"))
                .isEmpty();
        assertThat(Poms.texts(pom, "//dependency[not(version)]/artifactId")).isEmpty();
        assertThat(Poms.texts(pom, "//dependency[scope='test' or scope='provided' or scope='system']/artifactId"))
                .isEmpty();
        assertThat(Poms.texts(pom, "/project/dependencies/dependency[classifier]/artifactId"))
                .isEmpty();
        assertThat(Poms.nodes(pom, "//repository | //pluginRepository")).isEmpty();
        String text = Files.readString(file);
        assertThat(text).doesNotContain("${");
        if (!VERSION.endsWith("-SNAPSHOT")) {
            assertThat(text).doesNotContain("SNAPSHOT");
        }
    }

    @ParameterizedTest
    @MethodSource("jars")
    void theJarHoldsOurClassesAndTheLicence(Path module) throws IOException {
        List<String> names = entries(module, "");
        assertThat(names).contains("META-INF/LICENSE", "META-INF/NOTICE");
        assertThat(names).anyMatch(name -> name.endsWith(".class"));
        assertThat(names).allMatch(name -> name.startsWith("META-INF/") || name.startsWith("org/"));
    }

    /** A jar with more than there are sources was made in a folder that was not clean. */
    @ParameterizedTest
    @MethodSource("jars")
    void sourcesAndJavadocHoldWhatTheirNamesSay(Path module) throws IOException {
        List<String> main = entries(module, "");
        List<String> sources = entries(module, "-sources");
        assertThat(sources).contains("META-INF/LICENSE", "META-INF/NOTICE");
        assertThat(sources)
                .containsAll(main.stream()
                        .filter(name -> !name.startsWith("META-INF/") && !name.contains("$"))
                        .map(name -> name.replace(".class", ".java"))
                        .toList());
        assertThat(entries(module, "-javadoc")).contains("META-INF/LICENSE", "META-INF/NOTICE", "index.html");
    }

    @ParameterizedTest
    @MethodSource("jars")
    void theBillOfMaterialsNamesWhatUsersGet(Path module) throws IOException {
        JsonNode bill =
                new ObjectMapper().readTree(module.resolve("target/bom.json").toFile());
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bill.at("/metadata/component/name").asText()).isEqualTo(Poms.artifact(module));
        List<String> components = bill.findParents("purl").stream()
                .map(component -> component.path("name").asText())
                .toList();
        assertThat(components).contains("slf4j-api", "jspecify");
        assertThat(components)
                .doesNotContain(
                        "junit-jupiter", "assertj-core", "logback-classic", "pytorch-native-cpu", "nd4j-native");
    }

    private static List<String> entries(Path module, String classifier) throws IOException {
        Path file = module.resolve("target/" + Poms.artifact(module) + "-" + VERSION + classifier + ".jar");
        assertThat(file)
                .as("is the module listed before examples, and the build at verify?")
                .isRegularFile();
        try (JarFile jar = new JarFile(file.toFile())) {
            return jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> !name.endsWith("/"))
                    .toList();
        }
    }
}
