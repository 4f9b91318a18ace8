package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.optimizer.Parameter;

/** A model with a choice of what is trained: its decoder and its parameters under the names of the checkpoint. */
final class Trunk implements AutoCloseable {
    private final ModelWeights model;
    private final Optional<LoraAdapter> adapter;
    private final Decoder decoder;
    private final List<Parameter> parameters;
    private final NDManager manager;

    private Trunk(
            ModelWeights model,
            Optional<LoraAdapter> adapter,
            Decoder decoder,
            List<Parameter> parameters,
            NDManager manager) {
        this.model = model;
        this.adapter = adapter;
        this.decoder = decoder;
        this.parameters = parameters;
        this.manager = manager;
    }

    /** A language model: its head maps hidden states to logits. */
    static Trunk withHead(ModelWeights model, Trainable trainable) {
        return trained(model, trainable, key -> true);
    }

    /** A body under another head: the language model's, where there is one, stays as it is. */
    static Trunk withoutHead(ModelWeights model, Trainable trainable) {
        return trained(model, trainable, key -> !key.role().isHead());
    }

    static Trunk frozen(ModelWeights model, Optional<LoraAdapter> adapter) {
        requireUntrained(model.named());
        adapter.ifPresent(there -> requireUntrained(there.named(model)));
        return build(model, adapter, Map.of(), model.manager().newSubManager());
    }

    private static Trunk trained(ModelWeights model, Trainable trainable, Predicate<WeightKey> used) {
        requireUntrained(model.named());
        NDManager manager = model.manager().newSubManager();
        try {
            Trainable.Choice choice = trainable.of(model, manager);
            Map<String, NDArray> trained = trainedOf(model, choice, used);
            requireUntrained(trained);
            Check.that(
                    !trained.isEmpty(),
                    "trainable weights",
                    "none (" + trainable + ")",
                    "must be at least one",
                    "use Trainable.everything() or Trainable.lora(...)");
            return build(model, choice.adapter(), trained, manager);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private static Map<String, NDArray> trainedOf(
            ModelWeights model, Trainable.Choice choice, Predicate<WeightKey> used) {
        Map<String, NDArray> trained = new LinkedHashMap<>();
        choice.weights().stream()
                .filter(used)
                .forEach(key -> trained.put(
                        model.family().tensorName(key),
                        Objects.requireNonNull(model.weights().get(key))));
        choice.adapter().ifPresent(adapter -> {
            trained.putAll(adapter.named(model));
            adapter.saved().keySet().stream()
                    .filter(used.negate())
                    .forEach(key -> trained.remove(model.family().tensorName(key)));
        });
        return trained;
    }

    /** Decoders read from the arrays what is trained, so that is marked first. */
    private static Trunk build(
            ModelWeights model, Optional<LoraAdapter> adapter, Map<String, NDArray> trained, NDManager manager) {
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>(model.weights());
        adapter.ifPresent(there -> weights.putAll(there.saved()));
        try {
            List<Parameter> parameters = new ArrayList<>();
            trained.forEach((name, weight) -> {
                weight.setRequiresGradient(true);
                parameters.add(Parameter.of(name, weight));
            });
            Decoder decoder = Decoder.of(
                    model.config(), weights, adapter.map(LoraAdapter::pairs).orElse(Map.of()));
            return new Trunk(model, adapter, decoder, List.copyOf(parameters), manager);
        } catch (RuntimeException | Error e) {
            trained.values().forEach(weight -> weight.setRequiresGradient(false));
            throw e;
        }
    }

    ModelWeights model() {
        return model;
    }

    Optional<LoraAdapter> adapter() {
        return adapter;
    }

    Decoder decoder() {
        return decoder;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    BodyPass forward(TokenBatch batch, Placement placement, ActivationMemory memory, NDManager scope) {
        return new BodyPass(decoder.forward(placement.input(batch), memory, scope), memory);
    }

    ModelMemory memory() {
        Set<NDArray> all = Collections.newSetFromMap(new IdentityHashMap<>());
        all.addAll(model.weights().values());
        adapter.ifPresent(there -> all.addAll(there.named(model).values()));
        long trained = bytes(parameters.stream().map(Parameter::weight).toList());
        return new ModelMemory(bytes(all), trained, trained);
    }

    @Override
    public void close() {
        decoder.close();
        for (Parameter parameter : parameters) {
            if (!parameter.weight().isReleased()) {
                parameter.weight().setRequiresGradient(false);
            }
        }
        manager.close();
    }

    /** Two that mark the same weights would undo each other's choice without a word. */
    static void requireUntrained(Map<String, NDArray> named) {
        named.forEach((name, weight) -> Check.that(
                !weight.hasGradient(),
                "weight " + name,
                "trained by someone else",
                "must be trained by one policy, critic or reward model",
                "close that one first, load the model or adapter a second time, or train another adapter"));
    }

    private static long bytes(Iterable<NDArray> arrays) {
        long sum = 0;
        for (NDArray array : arrays) {
            sum += array.size() * Shapes.typeOf(array).getNumOfBytes();
        }
        return sum;
    }
}
