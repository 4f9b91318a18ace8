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
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.LoraPair;
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

    static Trunk trained(ModelWeights model, Trainable trainable) {
        requireUntrained(model);
        NDManager manager = model.manager().newSubManager();
        try {
            Trunk trunk = build(model, trainable.of(model, manager), manager);
            Check.that(
                    !trunk.parameters.isEmpty(),
                    "trainable weights",
                    "none (" + trainable + ")",
                    "must be at least one",
                    "use Trainable.everything() or Trainable.lora(...)");
            return trunk;
        } catch (RuntimeException | Error e) {
            model.weights().values().forEach(weight -> weight.setRequiresGradient(false));
            manager.close();
            throw e;
        }
    }

    static Trunk frozen(ModelWeights model) {
        requireUntrained(model);
        return build(
                model,
                new Trainable.Choice(Set.of(), Optional.empty()),
                model.manager().newSubManager());
    }

    private static Trunk build(ModelWeights model, Trainable.Choice choice, NDManager manager) {
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>(model.weights());
        weights.forEach(
                (key, weight) -> weight.setRequiresGradient(choice.weights().contains(key)));
        Map<WeightKey, LoraPair> pairs = new LinkedHashMap<>();
        choice.adapter().ifPresent(adapter -> {
            pairs.putAll(adapter.pairs());
            weights.putAll(adapter.saved());
            adapter.named(model).values().forEach(weight -> weight.setRequiresGradient(true));
        });
        List<Parameter> parameters = new ArrayList<>();
        for (WeightKey key : choice.weights()) {
            parameters.add(Parameter.of(model.family().tensorName(key), Objects.requireNonNull(weights.get(key))));
        }
        choice.adapter()
                .ifPresent(adapter ->
                        adapter.named(model).forEach((name, weight) -> parameters.add(Parameter.of(name, weight))));
        Decoder decoder = Decoder.of(model.config(), weights, pairs);
        return new Trunk(model, choice.adapter(), decoder, List.copyOf(parameters), manager);
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
    private static void requireUntrained(ModelWeights model) {
        model.named()
                .forEach((name, weight) -> Check.that(
                        !weight.hasGradient(),
                        "weight " + name,
                        "trained by someone else",
                        "must be trained by one policy, critic or reward model",
                        "close that one first, load the model a second time, or train an adapter"));
    }

    private static long bytes(Iterable<NDArray> arrays) {
        long sum = 0;
        for (NDArray array : arrays) {
            sum += array.size() * Shapes.typeOf(array).getNumOfBytes();
        }
        return sum;
    }
}
