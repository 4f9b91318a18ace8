package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.Precision;

/** Real checkpoints load, and come back from the writer unchanged. */
class SharedCheckpointsTest {
    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "stories15M", "minimind2-small"})
    void writesWhatItRead(String name, @TempDir Path folder) {
        Path shared = Path.of(System.getProperty("rft4j.shared", "../../shared"), "models", name);
        assumeTrue(Files.isDirectory(shared), "skipped: no " + shared + " (-Drft4j.shared)");
        try (NativeScope scope = TestEngine.scope();
                TensorSource source = TensorFiles.open(shared)) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            for (String tensor : source.names()) {
                tensors.put(tensor, source.loadExact(tensor, scope.manager()));
            }
            assertThat(tensors).containsKey("model.embed_tokens.weight");
            SafetensorsWriter.writeFolder(folder, tensors, SaveOptions.DEFAULT.withMaxShardBytes(1 << 24));
            try (TensorSource again = TensorFiles.open(folder)) {
                assertThat(again.names()).containsExactlyInAnyOrderElementsOf(source.names());
                for (String tensor : again.names()) {
                    assertThat(again.info(tensor)).isEqualTo(source.info(tensor));
                    NDArray weight = again.load(tensor, Precision.FP32, scope.manager());
                    assertThat(weight.contentEquals(Precision.FP32.convert(tensors.get(tensor))))
                            .as(tensor)
                            .isTrue();
                }
            }
        }
    }
}
