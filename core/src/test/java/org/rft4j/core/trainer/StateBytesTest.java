package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.training.Needs;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.codec.TrajectoryCodec;
import org.rft4j.engine.InvalidInputException;

/** What is sampled ahead lies beside the JSON of a checkpoint, not in it. */
class StateBytesTest {
    private static final int STOPPED_AT = 3;

    @TempDir
    private Path temporary;

    private static ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("round", 7).put("rate", 0.1).putNull("nothing");
        tree.putArray("groups")
                .add(new byte[] {1, 2, -3})
                .add(new byte[0])
                .addObject()
                .put("deep", new byte[] {4});
        return tree;
    }

    @Test
    void bytesComeBackWhereTheyWere() throws IOException {
        StateBytes bytes = new StateBytes();
        JsonNode json = bytes.takenFrom(tree());
        assertThat(json)
                .hasToString("{\"round\":7,\"rate\":0.1,\"nothing\":null,\"groups\":[{\"@bytes\":0},{\"@bytes\":1},"
                        + "{\"deep\":{\"@bytes\":2}}]}");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bytes.write(out);
        assertThat(out.size()).isEqualTo(2 * Integer.BYTES + 3 * Integer.BYTES + 4);
        assertThat(StateBytes.read(new ByteArrayInputStream(out.toByteArray())).putInto(json))
                .isEqualTo(tree());
        assertThat(new StateBytes().isEmpty()).isTrue();
        assertThat(bytes.isEmpty()).isFalse();
    }

    @Test
    void whatIsNoneOfItsFilesIsRefused() {
        assertThatThrownBy(() -> StateBytes.read(new ByteArrayInputStream(new byte[8])))
                .isInstanceOf(IOException.class)
                .hasMessage("it holds no bytes of a state of this version");
        ObjectNode used = JsonNodeFactory.instance.objectNode().put("@bytes", 1);
        assertThatThrownBy(() -> new StateBytes().takenFrom(used))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("name in a state was @bytes, must not be used; give it another name");
    }

    private List<Map<String, Double>> ran(String folder, int stopAt) {
        AtomicReference<Trainer> running = new AtomicReference<>();
        Told told = new Told(step -> {
            if (step.step() == stopAt) {
                running.get().stop();
            }
        });
        try (LanguageModel model = Script.model();
                Policy policy = Policy.of(model.weights(), Trainable.matching("model.layers.*.self_attn.*"));
                FrozenReference copy = Reference.copyOf(policy);
                Trainer trainer = Trainer.builder(TestEngine.engine(), model, policy)
                        .algorithm(new Script.Gradient(Needs.ratio(Needs.OldLogProbs.SAMPLER), 1))
                        .tasks(Script.TASKS)
                        .rollout(new Script.Drawn(copy::version))
                        .rewardOfEnvironment()
                        .run(RunOptions.of(6, 2, 3, 4))
                        .rates(Rates.constant(1e-3))
                        .overlap(new Overlap(copy, 2))
                        .folder(temporary.resolve(folder))
                        .listeners(told)
                        .build()) {
            running.set(trainer);
            trainer.runOrResume();
        }
        return told.metrics();
    }

    @Test
    void aRunGoesOnWithTheBatchesThatWereSampledAhead() throws IOException {
        List<Map<String, Double>> whole = ran("whole", 0);
        List<Map<String, Double>> parts = new ArrayList<>(ran("stopped", STOPPED_AT));
        Path checkpoint = temporary.resolve("stopped/checkpoints/step-0000000" + STOPPED_AT);
        String json = Files.readString(checkpoint.resolve("state.json"), StandardCharsets.UTF_8);
        assertThat(json).contains("\"@bytes\"");
        StateBytes bytes;
        try (var in = Files.newInputStream(checkpoint.resolve("state.bin"))) {
            bytes = StateBytes.read(in);
        }
        JsonNode ahead = bytes.putInto(org.rft4j.core.checkpoint.JsonDocuments.read(checkpoint.resolve("state.json")))
                .path("rounds")
                .path("batches")
                .path("ahead");
        assertThat(ahead).hasSize(2);
        TrajectoryGroup group = TrajectoryCodec.GROUP.decode(
                ahead.path(0).path("groups").path(0).binaryValue());
        assertThat(group.members()).hasSize(3);
        parts.addAll(ran("stopped", 0));
        assertThat(parts).isEqualTo(whole);
    }
}
