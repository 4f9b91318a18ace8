package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.assertSameBits;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.lora.AdaptedClassifier;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraMerge;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;

/** Reward models that train an adapter are saved with it. */
class AdaptedRewardModelTest {
    private static final double RTOL = 1e-5;
    private static final TokenBatch BATCH = Texts.ofLengths(9, 12, 5);
    private static final LoraConfig CONFIG =
            LoraConfig.of(2, 4, LoraTargets.named("q_proj", "down_proj")).saving("norm");

    @TempDir
    Path temporary;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @Test
    void peftFolderHoldsAdapterAndScore() throws IOException {
        try (RewardModel model = trained()) {
            NDArray expected = rewards(model);
            PeftFolder.saveClassifier(temporary, model.adapted(), "../qwen2_reward");

            JsonNode written = new ObjectMapper().readTree(Files.readString(config()));
            assertThat(written.get("task_type").textValue()).isEqualTo("SEQ_CLS");
            assertThat(written.get("modules_to_save")).map(JsonNode::textValue).containsExactly("norm", "score");
            ClassifierWeights fresh = load();
            AdaptedClassifier again = PeftFolder.loadClassifier(temporary, fresh, Set.of(), manager);
            assertThat(again.adapter().config())
                    .isEqualTo(model.adapted().adapter().config());
            assertSameBits("score", again.base().score(), model.adapted().base().score());
            assertThat(doubles(fresh.score()))
                    .as("the classifier under it stays")
                    .isEqualTo(doubles(load().score()));
            try (RewardModel resumed = RewardModel.trained(again.base(), Trainable.adapter(again.adapter()))) {
                assertSameBits("rewards", rewards(resumed), expected);
            }
        }
    }

    @Test
    void frozenOnesShareABody() {
        ClassifierWeights body = load();
        NDArray expected;
        try (RewardModel model = trained()) {
            PeftFolder.saveClassifier(temporary, model.adapted(), "");
            expected = rewards(model);
        }
        AdaptedClassifier first = PeftFolder.loadClassifier(temporary, body, Set.of(), manager);
        AdaptedClassifier second = PeftFolder.loadClassifier(temporary, body, Set.of(), manager);
        second.base().score().muli(2);
        try (RewardModel one = RewardModel.frozen(first);
                RewardModel other = RewardModel.frozen(second);
                RewardModel plain = RewardModel.frozen(body)) {
            assertSameBits("rewards", rewards(one), expected);
            assertSameBits("twice the rewards", rewards(other), expected.mul(2));
            assertThat(doubles(rewards(plain))).isNotEqualTo(doubles(expected));
            assertThat(one.parameters()).isEmpty();
            assertThat(one.adapter()).contains(first.adapter());
            assertThatThrownBy(() -> one.score(BATCH, BatchLayout.rightPadded(), ActivationMemory.KEEP_NOTHING, manager)
                            .backward(manager.ones(new Shape(3))))
                    .hasMessageContaining("KEEP_NOTHING");
        }
        try (RewardModel training = RewardModel.trained(body, Trainable.adapter(first.adapter()))) {
            assertThat(training.parameters()).isNotEmpty();
            assertThatThrownBy(() -> RewardModel.frozen(first)).hasMessageContaining("trained by someone else");
        }
    }

    @Test
    void writesTheTensorsOfPeft() throws IOException {
        Path theirs = new TinyCheckpoint("qwen2_reward_lora", manager).folder();
        AdaptedClassifier adapted = PeftFolder.loadClassifier(theirs, load(), Set.of(), manager);
        PeftFolder.saveClassifier(temporary, adapted, "../qwen2_reward");
        assertThat(temporary.resolve("adapter_model.safetensors"))
                .hasSameBinaryContentAs(theirs.resolve("adapter_model.safetensors"));
        JsonNode expected = new ObjectMapper().readTree(Files.readString(theirs.resolve("adapter_config.json")));
        ObjectNode written = (ObjectNode) new ObjectMapper().readTree(Files.readString(config()));
        written.remove("modules_to_save"); // PEFT lists a module that this model does not have
        written.properties()
                .forEach(option ->
                        assertThat(option.getValue()).as(option.getKey()).isEqualTo(expected.get(option.getKey())));
    }

    @Test
    void readsWhatPeftAddsAndRefusesWhatIsForOthers() throws IOException {
        ClassifierWeights classifier = load();
        try (RewardModel model = trained()) {
            PeftFolder.saveClassifier(temporary, model.adapted(), "");
        }
        assertThatThrownBy(() -> PeftFolder.load(temporary, classifier.model(), Set.of(), manager))
                .hasMessageContaining(
                        "adapter_config.json: task_type was \"SEQ_CLS\", must be that of a language model;"
                                + " load the adapter of a classifier with PeftFolder.loadClassifier");
        ObjectNode options = (ObjectNode) new ObjectMapper().readTree(Files.readString(config()));
        options.putArray("modules_to_save").add("norm").add("classifier").add("score");
        Files.writeString(config(), options.toString());
        assertThat(PeftFolder.loadClassifier(temporary, classifier, Set.of(), manager)
                        .adapter()
                        .config()
                        .modulesToSave())
                .containsExactly("norm");
        options.putNull("modules_to_save");
        Files.writeString(config(), options.toString());
        assertThatThrownBy(() -> PeftFolder.loadClassifier(temporary, classifier, Set.of(), manager))
                .hasMessageContaining("adapter_config.json: modules_to_save was [], must hold score for a sequence"
                        + " classifier; load the adapter of a language model with PeftFolder.load");
    }

    @Test
    void adapterIsNotLostWithoutAWord() {
        NDArray expected;
        try (RewardModel model = trained()) {
            assertThat(model.adapter()).contains(model.adapted().adapter());
            assertThatThrownBy(model::classifier)
                    .hasMessage(
                            "reward model was body and adapter, must have no adapter to be a plain classifier, which"
                                    + " would lose it; save adapted() with PeftFolder.saveClassifier, or merge it with"
                                    + " LoraMerge.forGood(adapted())");
            expected = rewards(model);
            LoraMerge.forGood(model.adapted()).save(temporary, SaveOptions.DEFAULT);
        }
        ClassifierWeights merged = Checkpoints.loadClassifier(temporary, LoadOptions.DEFAULT, manager);
        try (RewardModel plain = RewardModel.frozen(merged)) {
            assertClose("rewards", rewards(plain), expected, RTOL);
            assertThat(plain.classifier()).isSameAs(merged);
            assertThat(plain.adapter()).isEmpty();
            assertThatThrownBy(plain::adapted)
                    .hasMessage("reward model was without an adapter, must have one to be saved as an adapted"
                            + " classifier; save classifier()");
        }
    }

    @Test
    void scoreBelongsToOneThatTrainsIt() {
        ClassifierWeights classifier = load();
        try (RewardModel model = RewardModel.trained(classifier, Trainable.lora(CONFIG))) {
            assertThatThrownBy(() -> RewardModel.frozen(classifier))
                    .hasMessageContaining("weight score.weight was trained by someone else");
            assertThatThrownBy(() -> RewardModel.trained(classifier, Trainable.everything()))
                    .hasMessageContaining("weight score.weight was trained by someone else");
            assertThat(classifier.score().hasGradient()).isTrue();
            assertThat(model.parameters())
                    .last()
                    .matches(parameter -> parameter.name().equals("score.weight"));
        }
        RewardModel.frozen(classifier).close();
        ClassifierWeights narrow =
                new ClassifierWeights(classifier.model(), manager.ones(new Shape(1, 3)), classifier.padToken());
        assertThatThrownBy(() -> RewardModel.trained(narrow, Trainable.everything()))
                .hasMessageContaining("score weight [labels,H]");
        assertThat(classifier.model().weights().values()).noneMatch(NDArray::hasGradient);
        RewardModel.trained(classifier, Trainable.everything()).close();
    }

    /** A reward model after a few steps. */
    private RewardModel trained() {
        return trainedOn(load(), manager);
    }

    static RewardModel trainedOn(ClassifierWeights classifier, NDManager manager) {
        RewardModel model = RewardModel.trained(classifier, Trainable.lora(CONFIG));
        try (AdamW optimizer = new AdamW(model.parameters(), AdamWOptions.DEFAULT, manager)) {
            for (int i = 0; i < 3; i++) {
                model.score(BATCH, BatchLayout.rightPadded(), ActivationMemory.KEEP_PRODUCTS, manager)
                        .backward(manager.create(new float[] {1, -1, 0.5f}));
                assertThat(optimizer.step(0.05).applied()).isTrue();
            }
        }
        return model;
    }

    private NDArray rewards(RewardModel model) {
        return model.score(BATCH, BatchLayout.rightPadded(), ActivationMemory.KEEP_NOTHING, manager)
                .rewards();
    }

    private Path config() {
        return temporary.resolve("adapter_config.json");
    }

    private ClassifierWeights load() {
        Path folder = new TinyCheckpoint("qwen2_reward", manager).folder();
        return Checkpoints.loadClassifier(folder, LoadOptions.DEFAULT, manager);
    }
}
