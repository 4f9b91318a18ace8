package org.rft4j.core.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertSameBits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.checkpoint.SafetensorsFile;
import org.rft4j.core.checkpoint.SafetensorsWriter;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.checkpoint.TensorSource;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;

/** PEFT's files, both ways. */
class PeftFolderTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "gpt2", "phi3"})
    void writesWhatItRead(String base) throws IOException {
        ModelWeights model = new TinyCheckpoint(base, manager).load();
        Path peft = new TinyCheckpoint(base + "_lora", manager).folder();
        LoraAdapter adapter = PeftFolder.load(peft, model, Set.of(), manager);

        Path own = temporary.resolve("made/adapter");
        PeftFolder.save(own, adapter, model, "../" + base);

        assertThat(own.resolve("adapter_model.safetensors"))
                .as("byte for byte what PEFT wrote")
                .hasSameBinaryContentAs(peft.resolve("adapter_model.safetensors"));
        JsonNode theirs = JSON.readTree(Files.readString(peft.resolve("adapter_config.json")));
        JSON.readTree(Files.readString(own.resolve("adapter_config.json")))
                .properties()
                .forEach(option ->
                        assertThat(option.getValue()).as(option.getKey()).isEqualTo(theirs.get(option.getKey())));
        try (Stream<Path> files = Files.list(own)) {
            assertThat(files).as("no file under another name stays").hasSize(2);
        }
        LoraAdapter again = PeftFolder.load(own, model, Set.of(), manager);
        assertThat(again.config()).isEqualTo(adapter.config());
        Map<String, NDArray> arrays = again.named(model);
        adapter.named(model).forEach((name, array) -> assertSameBits(name, arrays.get(name), array));
    }

    @Test
    void listsAllLinearTargets() throws IOException {
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        LoraConfig config = LoraConfig.of(2, 4.5, LoraTargets.allLinear()).withRankStabilised();
        PeftFolder.save(temporary, LoraAdapter.create(model, config, manager), model, "");

        JsonNode written = JSON.readTree(Files.readString(temporary.resolve("adapter_config.json")));
        assertThat(written.get("target_modules")).hasSize(14);
        assertThat(written.get("base_model_name_or_path").isNull()).isTrue();
        assertThat(written.get("lora_alpha").doubleValue()).isEqualTo(4.5);
        assertThat(written.get("use_rslora").booleanValue()).isTrue();
        assertThat(PeftFolder.load(temporary, model, Set.of(), manager).pairs()).hasSize(14);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"use_dora\": true}",
                "{\"bias\": \"all\"}",
                "{\"lora_bias\": true}",
                "{\"layers_to_transform\": [0]}",
                "{\"exclude_modules\": [\"q_proj\"]}",
                "{\"layer_replication\": [[0, 2]]}",
                "{\"init_lora_weights\": \"pissa\"}",
                "{\"auto_mapping\": {\"base_model_class\": \"X\", \"another\": 1}}",
                "{\"trainable_token_indices\": [1]}",
                "{\"an_option_of_the_future\": \"on\"}"
            })
    void refusesOptionsByName(String option) throws IOException {
        ModelWeights model = new TinyCheckpoint("qwen2", manager).load();
        ObjectNode change = (ObjectNode) JSON.readTree(option);
        change(config -> config.setAll(change));
        String name = change.fieldNames().next();

        assertThatThrownBy(() -> PeftFolder.load(temporary, model, Set.of(), manager))
                .hasMessageContaining("adapter_config.json: options was [" + name + " = " + change.get(name)
                        + "], must all be off: rft4j does not honour them; name those that you are sure of as ignored");
        assertThat(PeftFolder.load(temporary, model, Set.of(name), manager).pairs())
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r | 2.9 | a whole number of at least 1",
                "r | 0 | a whole number of at least 1",
                "rank_pattern | {\"down_proj\":3.5} | whole numbers of at least 1 by regular expressions",
                "rank_pattern | {\"(\":3} | whole numbers of at least 1 by regular expressions",
                "alpha_pattern | {\"down_proj\":\"4\"} | finite numbers above 0 by regular expressions",
                "lora_alpha | -1 | a finite number above 0",
                "use_rslora | \"yes\" | true or false",
                "lora_dropout | 1.5 | a number between 0 and 1",
                "modules_to_save | [1] | a list of texts",
                "target_modules | null | names, a regular expression or all-linear",
                "target_modules | [] | names, a regular expression or all-linear",
                "target_modules | \"(\" | names, a regular expression or all-linear"
            })
    void refusesValuesByName(String option, String value, String rule) throws IOException {
        ModelWeights model = new TinyCheckpoint("qwen2", manager).load();
        JsonNode wrong = JSON.readTree(value);
        change(config -> config.set(option, wrong));
        assertLoadFails(model, "adapter_config.json: " + option + " was " + value + ", must be " + rule + "; ");
    }

    @Test
    void passesOverWhatChangesNothing() throws IOException {
        ModelWeights model = new TinyCheckpoint("qwen2", manager).load();
        change(config -> {
            config.put("lora_dropout", 0.05).putNull("task_type").putNull("use_rslora");
            config.putObject("auto_mapping")
                    .put("base_model_class", "Qwen2ForCausalLM")
                    .put("parent_library", "transformers.models.qwen2.modeling_qwen2");
        });
        LoraAdapter adapter = PeftFolder.load(temporary, model, Set.of(), manager);
        assertThat(adapter.config().dropout()).isEqualTo(0.05);
        PeftFolder.save(temporary.resolve("again"), adapter, model, "");
        JsonNode written = JSON.readTree(Files.readString(temporary.resolve("again/adapter_config.json")));
        assertThat(written.get("lora_dropout").doubleValue()).isEqualTo(0.05);
    }

    @Test
    void leavesNothingBehindWhenItFails() throws IOException {
        ModelWeights model = new TinyCheckpoint("qwen2", manager).load();
        change(config -> {});
        addTensor("base_model.model.model.embed_tokens.lora_embedding_A");
        long before = NativeMemory.liveArrays(manager);
        assertLoadFails(model, "tensors was [base_model.model.model.embed_tokens.lora_embedding_A]");
        assertThat(NativeMemory.liveArrays(manager)).isEqualTo(before);
    }

    @Test
    void refusesOtherAdaptersAndBrokenFiles() throws IOException {
        ModelWeights model = new TinyCheckpoint("qwen2", manager).load();
        change(config -> config.put("peft_type", "IA3"));
        assertLoadFails(model, "peft_type was \"IA3\", must be LORA; other kinds of adapters are not implemented");
        change(config -> config.put("r", "two"));
        assertLoadFails(model, "r was \"two\", must be a whole number");
        change(config -> config.put("r", 5));
        assertLoadFails(
                model, "lora_A.weight was (2, 16), must be (5, 16); take the adapter that was made for this model");
        change(config -> config.putArray("target_modules").add("q_proj").add("v_proj"));
        assertLoadFails(model, "rank or alpha pattern was down_proj, must match a module that gets a LoRA pair");
        change(config -> config.putArray("target_modules")
                .add("q_proj")
                .add("v_proj")
                .add("down_proj")
                .add("up_proj"));
        assertLoadFails(model, "tensor base_model.model.model.layers.0.mlp.up_proj.lora_A.weight was missing");
        change(config -> {});
        addTensor("base_model.model.model.embed_tokens.lora_embedding_A");
        assertLoadFails(
                model,
                "tensors was [base_model.model.model.embed_tokens.lora_embedding_A], must all belong to a target or a"
                        + " module to save of this model");
        Files.delete(temporary.resolve("adapter_model.safetensors"));
        assertLoadFails(model, "content was without adapter_model.safetensors, must hold it");
        Files.writeString(temporary.resolve("adapter_config.json"), "[]");
        assertLoadFails(model, "content was no JSON object, must be one");
        Files.delete(temporary.resolve("adapter_config.json"));
        assertLoadFails(model, "file was missing, must exist; name a folder that PEFT saved");
    }

    private void assertLoadFails(ModelWeights model, String message) {
        assertThatThrownBy(() -> PeftFolder.load(temporary, model, Set.of(), manager))
                .hasMessageContaining(message);
    }

    /** PEFT's adapter for qwen2 with another configuration. */
    private void change(Consumer<ObjectNode> change) throws IOException {
        Path peft = new TinyCheckpoint("qwen2_lora", manager).folder();
        ObjectNode config = (ObjectNode) JSON.readTree(Files.readString(peft.resolve("adapter_config.json")));
        change.accept(config);
        Files.writeString(temporary.resolve("adapter_config.json"), JSON.writeValueAsString(config));
        Files.write(
                temporary.resolve("adapter_model.safetensors"),
                Files.readAllBytes(peft.resolve("adapter_model.safetensors")));
    }

    private void addTensor(String name) {
        Path file = temporary.resolve("adapter_model.safetensors");
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        try (TensorSource source = SafetensorsFile.open(file)) {
            source.names().forEach(there -> tensors.put(there, source.loadExact(there, manager)));
        }
        tensors.put(name, manager.create(new float[] {1}));
        SafetensorsWriter.writeFile(file, tensors, SaveOptions.DEFAULT);
    }
}
