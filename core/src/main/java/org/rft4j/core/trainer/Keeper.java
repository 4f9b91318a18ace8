package org.rft4j.core.trainer;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.resume.Checkpoint;
import org.rft4j.core.resume.CheckpointFolder;
import org.rft4j.core.resume.CheckpointWriter;
import org.rft4j.core.training.BatchCodec;
import org.rft4j.core.training.Optimizers;
import org.rft4j.core.training.Trainee;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.PassingThread;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.state.TensorState;

/** Writes everything that a run goes on with into checkpoints, and takes it up again. */
final class Keeper {
    private static final String STATE = "state.json";

    private static final String STATE_BYTES = "state.bin";

    private static final String POLICY = "policy.bin";

    private static final String OPTIMIZER = "optimizer.bin";

    private static final String CRITIC = "critic.bin";

    private static final String CRITIC_OPTIMIZER = "critic-optimizer.bin";

    private static final String REFERENCE = "reference.bin";

    private static final String BATCH = "batch.bin";

    private static final String MODEL = "model";

    /** Whether the policy had never been better when a checkpoint was written. */
    private static final String BEST = "best";

    private final CheckpointFolder folder;

    private final TrainerParts parts;

    private final Optimizers optimizers;

    private final RunState run;

    private final Settings settings;

    private Optional<Checkpoint> last = Optional.empty();

    private boolean lastIsBest;

    Keeper(CheckpointFolder folder, TrainerParts parts, Optimizers optimizers, RunState run, Settings settings) {
        this.folder = folder;
        this.parts = parts;
        this.optimizers = optimizers;
        this.run = run;
        this.settings = settings;
    }

    Optional<Checkpoint> last() {
        return last;
    }

    /** Writes a checkpoint of this moment. */
    Checkpoint write(Watch watch, boolean export) {
        return write(watch, export, () -> folder.begin(run.step()));
    }

    private Checkpoint write(Watch watch, boolean export, Supplier<CheckpointWriter> begin) {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("settings", settings.toJson());
        state.set("run", run.state());
        state.set("rounds", parts.rounds().state());
        state.set("objective", parts.objective().state());
        state.set("watch", watch.state());
        state.put("policyVersion", parts.models().trainee().version());
        boolean best = watch.better();
        state.put(BEST, best);
        StateBytes bytes = new StateBytes();
        ObjectNode json = (ObjectNode) bytes.takenFrom(state);
        Checkpoint written = PassingThread.call(() -> {
            try (CheckpointWriter writer = begin.get()) {
                writer.json(STATE, json);
                if (!bytes.isEmpty()) {
                    writer.file(STATE_BYTES, bytes::write);
                }
                writeTensors(writer);
                if (export || best) {
                    writer.folder(MODEL, parts.exporter()::write);
                }
                return writer.commit(settings.provenance(run));
            }
        });
        if (best) {
            folder.markBest(run.step());
        }
        folder.prune(parts.config().checkpoints().keepLast());
        last = Optional.of(written);
        lastIsBest = best;
        watch.checkpointed(written.path(""), run.step());
        return written;
    }

    /** Makes sure that there is a checkpoint of this moment with the model in it. */
    void finish(Watch watch) {
        boolean there = last.isPresent() && last.get().step() == run.step();
        if (there
                && lastIsBest == watch.better()
                && last.orElseThrow().names().stream().anyMatch(name -> name.startsWith(MODEL + "/"))) {
            return;
        }
        write(watch, true, () -> there ? folder.beginAgain() : folder.begin(run.step()));
    }

    private void writeTensors(CheckpointWriter writer) {
        Trainee trainee = parts.models().trainee();
        writer.file(POLICY, out -> TensorState.write(out, named(trainee.parameters())));
        writer.file(OPTIMIZER, optimizers.policy()::saveState);
        parts.models().actorCritic().ifPresent(both -> {
            writer.file(CRITIC, out -> TensorState.write(out, named(both.criticParameters())));
            writer.file(CRITIC_OPTIMIZER, optimizers.critic().orElseThrow()::saveState);
        });
        parts.models().reference().ifPresent(reference -> writer.file(REFERENCE, reference::saveState));
        run.batch().ifPresent(batch -> writer.file(BATCH, out -> BatchCodec.write(out, batch)));
    }

    /** Takes up a checkpoint, except for what {@link Watch} knows. Nothing on the disk is changed. */
    ObjectNode restore(Checkpoint checkpoint) {
        ObjectNode state = state(checkpoint);
        settings.requireFits(state.path("settings"), checkpoint.path(""));
        run.restore(state.path("run"));
        PassingThread.call(() -> {
            readTensors(checkpoint);
            return true;
        });
        parts.models().trainee().restoreVersion(state.path("policyVersion").asLong());
        parts.rounds().restore(state.path("rounds"));
        parts.objective().restore(state.path("objective"));
        last = Optional.of(checkpoint);
        return state;
    }

    private static ObjectNode state(Checkpoint checkpoint) {
        ObjectNode json = checkpoint.json(STATE);
        if (!checkpoint.has(STATE_BYTES)) {
            return json;
        }
        ObjectNode[] whole = {json};
        read(
                checkpoint,
                STATE_BYTES,
                in -> whole[0] = (ObjectNode) StateBytes.read(in).putInto(json));
        return whole[0];
    }

    /** Leaves of the checkpoints what the run would have left that wrote the one that was taken up. */
    void settle(ObjectNode state) {
        long step = last.orElseThrow().step();
        folder.discardAfter(step);
        if (state.path(BEST).asBoolean()) {
            folder.markBest(step); // whoever wrote it may have been killed before it could say so
        }
        folder.prune(parts.config().checkpoints().keepLast());
    }

    private void readTensors(Checkpoint checkpoint) {
        Trainee trainee = parts.models().trainee();
        read(checkpoint, POLICY, in -> TensorState.read(in, named(trainee.parameters()), "policy"));
        read(checkpoint, OPTIMIZER, optimizers.policy()::restoreState);
        Optional<ActorCritic> critic = parts.models().actorCritic();
        if (critic.isPresent()) {
            read(
                    checkpoint,
                    CRITIC,
                    in -> TensorState.read(in, named(critic.get().criticParameters()), "critic"));
            read(checkpoint, CRITIC_OPTIMIZER, optimizers.critic().orElseThrow()::restoreState);
        }
        if (parts.models().reference().isPresent()) {
            read(checkpoint, REFERENCE, parts.models().reference().get()::restoreState);
        }
        if (checkpoint.has(BATCH)) {
            read(checkpoint, BATCH, in -> run.restoreBatch(BatchCodec.read(in)));
        }
    }

    private interface Reading {
        void from(InputStream in) throws IOException;
    }

    private static void read(Checkpoint checkpoint, String name, Reading reading) {
        try (InputStream in = checkpoint.open(name)) {
            reading.from(in);
        } catch (IOException e) {
            throw new EngineException(
                    "Could not take up " + checkpoint.path(name) + ": " + e.getMessage()
                            + ". Way out: resume with the program that wrote it, or from an older checkpoint",
                    e);
        }
    }

    private static Map<String, NDArray> named(List<Parameter> parameters) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        parameters.forEach(parameter -> named.put(parameter.name(), parameter.weight()));
        return named;
    }
}
