package org.rft4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.core.checkpoint.SafetensorsWriter;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.tokenizer.UnknownCharacters;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.random.KeyedRandom;

/**
 * What is saved is what was loaded, byte by byte. Where {@code -Drft4j.saved=FOLDER} says, changed and fresh models are left
 * there with the logits that they give; {@code check_saved.py FOLDER/NAME --tokenizer} tells whether transformers agrees.
 */
class SavedFoldersTest {
    private static final String FOLDER = System.getProperty("rft4j.saved", "");

    @TempDir
    private Path temporary;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static List<String> causal() {
        return GoldenModel.causal();
    }

    /** The files are even those that the reference implementation wrote. */
    @ParameterizedTest
    @MethodSource("causal")
    void savedUnchangedTheFilesAreTheSame(String name) throws Exception {
        try (GoldenModel golden = GoldenModel.named(name);
                ModelWeights model = Checkpoints.load(golden.folder(), LoadOptions.DEFAULT, manager)) {
            Checkpoints.save(model, temporary, SaveOptions.DEFAULT);
            if (!name.equals("stories260K")) { // whose file was not written by the reference implementation
                assertThat(temporary.resolve("model.safetensors"))
                        .hasSameBinaryContentAs(golden.folder().resolve("model.safetensors"));
            }
            assertThat(JsonDocuments.read(temporary.resolve("config.json")))
                    .isEqualTo(JsonDocuments.read(golden.folder().resolve("config.json")));
            try (ModelWeights again = Checkpoints.load(temporary, LoadOptions.DEFAULT, manager)) {
                assertThat(again.config()).isEqualTo(model.config());
                model.weights()
                        .forEach((key, weight) -> assertThat(
                                        again.weights().get(key).toByteArray())
                                .isEqualTo(weight.toByteArray()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("causal")
    void changedModelsForTransformers(String name) {
        assumeTrue(!FOLDER.isEmpty(), "skipped: -Drft4j.saved=FOLDER says where to");
        try (GoldenModel golden = GoldenModel.named(name);
                ModelWeights model = Checkpoints.load(golden.folder(), LoadOptions.DEFAULT, manager)) {
            model.weights().values().forEach(weight -> weight.addi(weight.mul(0.125f)));
            Path folder = Path.of(FOLDER, name);
            Checkpoints.save(model, folder, SaveOptions.DEFAULT.withMaxShardBytes(20_000));
            String ids = golden.has("ids.short") ? "ids.short" : "ids";
            writeExpected(folder, model, golden.ids(ids, manager));
        }
    }

    @Test
    void freshModelsForTransformers() throws Exception {
        assumeTrue(!FOLDER.isEmpty(), "skipped: -Drft4j.saved=FOLDER says where to");
        writeFresh(
                "fresh_bytes_llama",
                Tokenizers.bytes(),
                DecoderConfig.builder().vocabulary(259).build());
        writeFresh(
                "fresh_bytes_qwen3",
                Tokenizers.bytes(),
                DecoderConfig.builder()
                        .vocabulary(259)
                        .keyValueHeads(2)
                        .headWidth(8)
                        .queryKeyNorm()
                        .untiedHead()
                        .build());
        writeFresh(
                "fresh_characters_mistral",
                Tokenizers.characters("0123456789+-= ", UnknownCharacters.REFUSE),
                DecoderConfig.builder().vocabulary(17).slidingWindow(4).build());
        assertThat(Path.of(FOLDER, "fresh_characters_mistral", "tokenizer.json"))
                .exists();
    }

    private void writeFresh(String name, Tokenizer tokenizer, DecoderConfig config) {
        Path folder = Path.of(FOLDER, name);
        try (LanguageModel model =
                LanguageModel.fresh(config, tokenizer, KeyedRandom.ofSeed(11), TestEngine.engine())) {
            model.save(folder, SaveOptions.DEFAULT);
            writeExpected(folder, model.weights(), TokenIds.of(new long[] {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5}));
        }
    }

    private void writeExpected(Path folder, ModelWeights model, TokenIds ids) {
        try (Decoder decoder = Decoder.of(model.config(), model.weights())) {
            NDArray hidden = decoder.forward(DecoderInput.rightPadded(ids), ActivationMemory.KEEP_NOTHING, manager)
                    .hidden();
            LmHead head = decoder.head();
            NDArray logits = hidden.matMul(head.weight().transpose());
            double cap = head.softcap();
            NDArray capped = cap > 0 ? logits.div(cap).tanh().mul(cap) : logits;
            SafetensorsWriter.writeFile(
                    folder.resolve("expected.safetensors"),
                    Map.of("ids", ids.toArray(manager), "logits", capped),
                    SaveOptions.DEFAULT);
        }
    }
}
