package org.rft4j.core.policy;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rft4j.core.checkpoint.NearNames;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;

/** What of a model is trained. */
public sealed interface Trainable {
    /**
     * What is trained of a given model.
     *
     * @param weights the model's own weights that are trained
     * @param adapter what is trained beside them
     */
    record Choice(Set<WeightKey> weights, Optional<LoraAdapter> adapter) {
        public Choice {
            weights = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(weights));
        }
    }

    /**
     * Chooses.
     *
     * @param model the model
     * @param owner lifetime of whatever is made for it
     * @return what is trained
     */
    Choice of(ModelWeights model, NDManager owner);

    /** All weights. */
    record Everything() implements Trainable {
        @Override
        public Choice of(ModelWeights model, NDManager owner) {
            return new Choice(model.weights().keySet(), Optional.empty());
        }
    }

    /**
     * A fresh LoRA adapter.
     *
     * @param config what it is
     */
    record Lora(LoraConfig config) implements Trainable {
        @Override
        public Choice of(ModelWeights model, NDManager owner) {
            return new Choice(Set.of(), Optional.of(LoraAdapter.create(model, config, owner)));
        }
    }

    /**
     * A LoRA adapter that there is already.
     *
     * @param adapter made for the model, and alive as long as what is trained with it
     */
    record Adapter(LoraAdapter adapter) implements Trainable {
        @Override
        public Choice of(ModelWeights model, NDManager owner) {
            return new Choice(Set.of(), Optional.of(adapter));
        }
    }

    /**
     * The last layers. The way back ends there, which saves time and memory.
     *
     * @param layers how many
     * @param headAndFinalNorm whether what follows them is trained too
     */
    record LastLayers(int layers, boolean headAndFinalNorm) implements Trainable {
        @Override
        public Choice of(ModelWeights model, NDManager owner) {
            int all = model.config().layers();
            Check.that(
                    layers >= 0 && layers <= all,
                    "number of last layers",
                    layers,
                    "must be between 0 and the model's " + all,
                    "train everything to include the embedding");
            Check.that(
                    !headAndFinalNorm || !model.config().head().tied(),
                    "headAndFinalNorm",
                    true,
                    "must be false where the head is the embedding: its gradient runs back through all layers",
                    "train everything, or the last layers alone");
            Set<WeightKey> keys = model.weights().keySet().stream()
                    .filter(key -> key.layer() >= all - layers || (headAndFinalNorm && isAfterLayers(key.role())))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            return new Choice(keys, Optional.empty());
        }

        private static boolean isAfterLayers(WeightRole role) {
            return role.isHead() || role == WeightRole.FINAL_NORM || role == WeightRole.FINAL_NORM_BIAS;
        }
    }

    /**
     * Tensors by name.
     *
     * @param patterns names of tensors as in the checkpoint, in which {@code *} stands for anything
     */
    record Matching(List<String> patterns) implements Trainable {
        public Matching {
            patterns = List.copyOf(patterns);
        }

        @Override
        public Choice of(ModelWeights model, NDManager owner) {
            Map<String, WeightKey> byName =
                    model.weights().keySet().stream().collect(Collectors.toMap(model.family()::tensorName, key -> key));
            Set<WeightKey> chosen = new LinkedHashSet<>();
            for (String pattern : patterns) {
                Pattern compiled = compile(pattern);
                Check.that(
                        byName.keySet().stream()
                                .anyMatch(name -> compiled.matcher(name).matches()),
                        "pattern of tensor names",
                        pattern,
                        "must match a tensor of the model",
                        "near names are " + NearNames.of(pattern, byName.keySet()));
                model.weights().keySet().stream()
                        .filter(key ->
                                compiled.matcher(model.family().tensorName(key)).matches())
                        .forEach(chosen::add);
            }
            return new Choice(chosen, Optional.empty());
        }

        private static Pattern compile(String pattern) {
            return Pattern.compile(
                    Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        }
    }

    /**
     * All weights.
     *
     * @return the choice
     */
    static Trainable everything() {
        return new Everything();
    }

    /**
     * A fresh LoRA adapter.
     *
     * @param config what it is
     * @return the choice
     */
    static Trainable lora(LoraConfig config) {
        return new Lora(config);
    }

    /**
     * A LoRA adapter that there is already, for example a loaded one.
     *
     * @param adapter made for the model, and alive as long as what is trained with it
     * @return the choice
     */
    static Trainable adapter(LoraAdapter adapter) {
        return new Adapter(adapter);
    }

    /**
     * The last layers.
     *
     * @param layers how many
     * @param headAndFinalNorm whether what follows them is trained too
     * @return the choice
     */
    static Trainable lastLayers(int layers, boolean headAndFinalNorm) {
        return new LastLayers(layers, headAndFinalNorm);
    }

    /**
     * Tensors by name.
     *
     * @param patterns names of tensors as in the checkpoint, in which {@code *} stands for anything
     * @return the choice
     */
    static Trainable matching(String... patterns) {
        return new Matching(List.of(patterns));
    }
}
