package outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.sampler.PolicySampler;

/** Trains with nothing but published artifacts: on the JDK that builds, and on the newest long-term one of the machine. */
class ThreeStepsTest {
    @BeforeEach
    void aNewerJdkIsThere() {
        if (Boolean.getBoolean("outside.newest")) {
            assumeTrue(
                    Runtime.version().feature() > Integer.getInteger("outside.jdk.of.build"),
                    "no newer long-term JDK on this machine");
        }
    }

    @Test
    void trainsThreeSteps(@TempDir Path folder) throws IOException {
        assertThat(ThreeSteps.train(folder).steps()).isEqualTo(3);
        List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
        assertThat(lines).hasSize(3);
        for (String line : lines) {
            JsonNode loss = new ObjectMapper().readTree(line).findValue("loss");
            assertThat(loss.isNumber()).isTrue();
            assertThat(loss.doubleValue()).isFinite();
        }
        Path model = folder.resolve("checkpoints").resolve("step-00000003").resolve("model");
        assertThat(model.resolve("config.json")).isNotEmptyFile();
        assertThat(model.resolve("tokenizer.json")).isNotEmptyFile();
        assertThat(model.resolve("model.safetensors")).isNotEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(classes = {TensorEngine.class, Trainer.class, Presets.class, PolicySampler.class})
    void whatItUsesIsInstalled(Class<?> used) throws URISyntaxException {
        Path jar =
                Path.of(used.getProtectionDomain().getCodeSource().getLocation().toURI());
        assertThat(jar).startsWith(Path.of(System.getProperty("outside.repository")));
        assertThat(jar.toString()).endsWith(".jar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.rft4j.examples.ModelTour",
                "org.rft4j.benchmarks.package-info",
                "ch.qos.logback.classic.Logger",
                "org.nd4j.linalg.factory.Nd4j"
            })
    void nothingOfTheBuildComesAlong(String name) {
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(name));
    }

    @Test
    void noArtifactBringsNativesOfItsOwnAccord() throws IOException {
        List<String> tree = Files.readAllLines(Path.of("target", "tree.txt"));
        assertThat(tree).anyMatch(line -> line.contains("org.rft4j:rft4j-core:jar:"));
        assertThat(tree.stream().filter(line -> line.contains("native")))
                .singleElement()
                .asString()
                .as("asked for by name")
                .contains("ai.djl.pytorch:pytorch-native-cpu:jar:")
                .matches("^[+\\\\]- .*");
        assertThat(tree).noneMatch(line -> line.matches(".*(logback|nd4j|openblas|javacpp|cuda:jar:cu|junit).*"));
        assertThat(tree).noneMatch(line -> line.matches(".*:(test|provided)$"));
    }
}
