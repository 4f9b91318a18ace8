package org.rft4j.core.lora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.rft4j.core.checkpoint.NearNames;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;

/** A model's modules by name, and what a configuration makes of each. */
final class LoraModules {
    private final ModelWeights model;
    private final Map<String, List<WeightKey>> modules = new LinkedHashMap<>();

    LoraModules(ModelWeights model) {
        this.model = model;
        model.weights()
                .keySet()
                .forEach(key -> modules.computeIfAbsent(moduleOf(model, key), module -> new ArrayList<>())
                        .add(key));
    }

    /** The matrices that get a pair, by module, in the order of the layers. */
    Map<String, WeightKey> targets(LoraConfig config) {
        Map<String, WeightKey> found = new LinkedHashMap<>();
        Set<String> others = new TreeSet<>();
        modules.forEach((module, keys) -> {
            boolean meant = config.targets().matches(module);
            WeightKey matrix = keys.stream()
                    .filter(key -> key.role().isLayerMatrix())
                    .findFirst()
                    .orElse(null);
            if (meant && matrix != null && !isSaved(module, config)) {
                found.put(module, matrix);
            } else if (meant && matrix == null && !(config.targets() instanceof LoraTargets.AllLinear)) {
                others.add(module);
            }
        });
        Check.that(
                others.stream().allMatch(module -> isSaved(module, config)),
                "LoRA targets",
                others,
                "must be matrices inside the layers",
                "train embeddings, norms and heads whole: name them in modulesToSave");
        requireAllUsed(config, found);
        return found;
    }

    /** The weights that are trained and saved whole. PEFT takes any module whose name ends in one of the words. */
    List<WeightKey> saved(LoraConfig config) {
        for (String name : config.modulesToSave()) {
            requireFound(modules.keySet().stream().anyMatch(module -> contains(module, name)), "module to save", name);
        }
        List<WeightKey> keys = new ArrayList<>();
        modules.forEach((module, weights) -> {
            if (isSaved(module, config)) {
                keys.addAll(weights);
            }
        });
        Check.that(
                !model.config().head().tied() || !keys.contains(WeightKey.of(WeightRole.EMBEDDING)),
                "modulesToSave",
                config.modulesToSave(),
                "must leave out the embedding where the head is the same matrix",
                "PEFT would train a copy beside the head's: train everything, or untie the checkpoint first");
        return keys;
    }

    static String moduleOf(ModelWeights model, WeightKey key) {
        String tensor = model.family().tensorName(key);
        return tensor.substring(0, tensor.lastIndexOf('.'));
    }

    private static boolean isSaved(String module, LoraConfig config) {
        return config.modulesToSave().stream().anyMatch(name -> contains(module, name));
    }

    /** Whether the module, or one that it is a part of, has a name that ends so. */
    private static boolean contains(String module, String end) {
        for (int dot = module.length(); dot > 0; dot = module.lastIndexOf('.', dot - 1)) {
            if (module.substring(0, dot).endsWith(end)) {
                return true;
            }
        }
        return false;
    }

    private void requireAllUsed(LoraConfig config, Map<String, WeightKey> found) {
        if (config.targets() instanceof LoraTargets.Named named) {
            for (String name : named.names()) {
                requireFound(
                        modules.keySet().stream().anyMatch(module -> LoraTargets.Named.isMeant(module, name)),
                        "LoRA target",
                        name);
            }
        }
        if (found.isEmpty()) {
            requireFound(false, "LoRA targets", String.valueOf(config.targets()));
        }
        Set<String> patterns = new TreeSet<>(config.rankPattern().keySet());
        patterns.addAll(config.alphaPattern().keySet());
        for (String pattern : patterns) {
            Check.that(
                    found.keySet().stream().anyMatch(module -> LoraConfig.patternMatches(pattern, module)),
                    "rank or alpha pattern",
                    pattern,
                    "must match a module that gets a LoRA pair",
                    "remove it; the targets are " + shortened(found.keySet()));
        }
    }

    private void requireFound(boolean found, String what, String name) {
        if (!found) {
            throw new InvalidInputException(
                    what,
                    name,
                    "must match a module of the model",
                    "near names are " + NearNames.of(name, lastParts()) + "; the modules are "
                            + shortened(modules.keySet()));
        }
    }

    private Set<String> lastParts() {
        return modules.keySet().stream()
                .map(module -> module.substring(module.lastIndexOf('.') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All layers are alike: the first stands for the others. */
    private static List<String> shortened(Set<String> names) {
        return names.stream()
                .filter(name -> !name.matches(".*\\.[1-9]\\d*\\..*"))
                .toList();
    }
}
