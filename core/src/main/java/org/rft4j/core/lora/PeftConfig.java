package org.rft4j.core.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.engine.InvalidInputException;

/** PEFT's {@code adapter_config.json}. An option that rft4j does not know must be off: absent, null, false, 0 or empty. */
final class PeftConfig {
    private static final String TARGETS = "target_modules";
    private static final String TASK = "task_type";
    private static final String CORRECT = "correct the file";
    private static final String POSITIVE = "a finite number above 0";

    private static final Set<String> READ = Set.of(
            "peft_type",
            TASK,
            "r",
            "lora_alpha",
            "lora_dropout",
            "use_rslora",
            TARGETS,
            "modules_to_save",
            "rank_pattern",
            "alpha_pattern");

    /** What changes nothing here. PEFT itself corrects fan_in_fan_out to what the module is. */
    private static final Set<String> PASSED = Set.of(
            "base_model_name_or_path",
            "revision",
            "inference_mode",
            "peft_version",
            "fan_in_fan_out",
            "megatron_core",
            "qalora_group_size");

    /** First weights that are only another start. Others (PiSSA, OLoRA, ...) also change the model under the adapter. */
    private static final Set<String> HARMLESS_STARTS = Set.of("true", "false", "gaussian", "eva", "orthogonal");

    /** What PEFT notes about the model's class where no task was named. */
    private static final Set<String> ORIGIN = Set.of("base_model_class", "parent_library");

    private final Path file;
    private final ObjectNode options;

    private PeftConfig(Path file, ObjectNode options) {
        this.file = file;
        this.options = options;
    }

    static PeftConfig read(Path file, Set<String> ignored) {
        if (!Files.exists(file)) {
            throw new CheckpointException(file, "file", "missing", "must exist", "name a folder that PEFT saved");
        }
        PeftConfig config = new PeftConfig(file, JsonDocuments.read(file));
        config.require(
                config.value("peft_type").asText().equals("LORA"),
                "peft_type",
                "must be LORA",
                "other kinds of adapters are not implemented");
        config.requireOff(ignored);
        return config;
    }

    LoraConfig toLora() {
        return new LoraConfig(
                number("r", PeftConfig::isRank, "a whole number of at least 1").intValue(),
                number("lora_alpha", PeftConfig::isPositive, POSITIVE).doubleValue(),
                flag("use_rslora"),
                targets(),
                texts("modules_to_save"),
                map(
                        "rank_pattern",
                        PeftConfig::isRank,
                        "whole numbers of at least 1 by regular expressions",
                        JsonNode::intValue),
                map(
                        "alpha_pattern",
                        PeftConfig::isPositive,
                        "finite numbers above 0 by regular expressions",
                        JsonNode::doubleValue),
                dropout(),
                0);
    }

    /** What the adapter was trained for, for a model with another head than a language model's. */
    void requireLanguageModel() {
        require(
                !value(TASK).asText().equals(Task.SEQUENCE_CLASSIFIER.name),
                TASK,
                "must be that of a language model",
                "load the adapter of a classifier with PeftFolder.loadClassifier");
    }

    /** What an adapter is for. */
    enum Task {
        LANGUAGE_MODEL("CAUSAL_LM"),
        SEQUENCE_CLASSIFIER("SEQ_CLS");

        private final String name;

        Task(String name) {
            this.name = name;
        }
    }

    /** The file's content. Targets that have no notation of their own in it are listed. */
    static ObjectNode write(LoraConfig config, Task task, List<String> modules, boolean transposed, String baseModel) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        putNumbers(options, "alpha_pattern", config.alphaPattern());
        options.put("base_model_name_or_path", baseModel.isEmpty() ? null : baseModel);
        options.put("bias", "none");
        options.put("fan_in_fan_out", transposed);
        options.put("inference_mode", true);
        putNumber(options, "lora_alpha", config.alpha());
        options.put("lora_dropout", config.dropout());
        if (config.modulesToSave().isEmpty()) {
            options.putNull("modules_to_save");
        } else {
            config.modulesToSave().forEach(options.putArray("modules_to_save")::add);
        }
        options.put("peft_type", "LORA");
        options.put("r", config.rank());
        putNumbers(options, "rank_pattern", config.rankPattern());
        if (config.targets() instanceof LoraTargets.Matching matching) {
            options.put(TARGETS, matching.expression());
        } else {
            boolean named = config.targets() instanceof LoraTargets.Named;
            (named ? ((LoraTargets.Named) config.targets()).names() : modules).forEach(options.putArray(TARGETS)::add);
        }
        options.put(TASK, task.name);
        options.put("use_dora", false);
        options.put("use_rslora", config.rankStabilised());
        return options;
    }

    private static void putNumbers(ObjectNode options, String name, Map<String, ? extends Number> numbers) {
        ObjectNode object = options.putObject(name);
        numbers.forEach((pattern, number) -> putNumber(object, pattern, number.doubleValue()));
    }

    /** Whole numbers without a decimal point, as PEFT writes them. */
    private static void putNumber(ObjectNode object, String name, double value) {
        if (value == Math.rint(value) && value < Integer.MAX_VALUE) {
            object.put(name, (int) value);
        } else {
            object.put(name, value);
        }
    }

    private void requireOff(Set<String> ignored) {
        Set<String> on = new TreeSet<>();
        options.properties().forEach(option -> {
            if (!READ.contains(option.getKey())
                    && !PASSED.contains(option.getKey())
                    && !ignored.contains(option.getKey())
                    && !isOff(option.getKey(), option.getValue())) {
                on.add(option.getKey() + " = " + option.getValue());
            }
        });
        if (!on.isEmpty()) {
            throw new CheckpointException(
                    file,
                    "options",
                    on,
                    "must all be off: rft4j does not honour them",
                    "name those that you are sure of as ignored");
        }
    }

    private static boolean isOff(String name, JsonNode value) {
        return switch (name) {
            case "bias" -> value.asText().equals("none");
            case "init_lora_weights" -> HARMLESS_STARTS.contains(value.asText());
            case "auto_mapping" ->
                value.isNull()
                        || (value.isObject()
                                && value.properties().stream().allMatch(entry -> ORIGIN.contains(entry.getKey())));
            default ->
                value.isNull()
                        || (value.isBoolean() && !value.booleanValue())
                        || (value.isNumber() && value.doubleValue() == 0)
                        || (value.isContainerNode() && value.isEmpty());
        };
    }

    private LoraTargets targets() {
        JsonNode value = value(TARGETS);
        String rule = "must be names, a regular expression or all-linear";
        require(value.isTextual() || (value.isArray() && !value.isEmpty()), TARGETS, rule, "name the modules there");
        try {
            if (value.isTextual()) {
                boolean all = value.textValue().equalsIgnoreCase("all-linear");
                return all ? LoraTargets.allLinear() : LoraTargets.matching(value.textValue());
            }
            return new LoraTargets.Named(texts(TARGETS));
        } catch (InvalidInputException e) {
            throw new CheckpointException(file, TARGETS, value, rule, CORRECT);
        }
    }

    private List<String> texts(String name) {
        JsonNode value = value(name);
        List<String> texts = new ArrayList<>();
        if (!value.isNull()) {
            require(value instanceof ArrayNode, name, "must be a list of texts", CORRECT);
            for (JsonNode element : value) {
                boolean good = element.isTextual() && !element.textValue().isBlank();
                require(good, name, "must be a list of texts", CORRECT);
                texts.add(element.textValue());
            }
        }
        return texts;
    }

    private <T> Map<String, T> map(String name, Predicate<JsonNode> good, String rule, Function<JsonNode, T> read) {
        JsonNode value = value(name);
        Map<String, T> map = new LinkedHashMap<>();
        if (!value.isNull()) {
            require(value.isObject(), name, "must be " + rule, CORRECT);
            value.properties().forEach(entry -> {
                boolean readable = LoraConfig.isExpression(entry.getKey()) && good.test(entry.getValue());
                require(readable, name, "must be " + rule, CORRECT);
                map.put(entry.getKey(), read.apply(entry.getValue()));
            });
        }
        return map;
    }

    private JsonNode number(String name, Predicate<JsonNode> good, String rule) {
        require(good.test(value(name)), name, "must be " + rule, CORRECT);
        return value(name);
    }

    private double dropout() {
        JsonNode value = value("lora_dropout");
        boolean share = value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= 1;
        require(value.isNull() || share, "lora_dropout", "must be a number between 0 and 1", CORRECT);
        return value.isNull() ? 0 : value.doubleValue();
    }

    private boolean flag(String name) {
        require(value(name).isNull() || value(name).isBoolean(), name, "must be true or false", CORRECT);
        return value(name).booleanValue();
    }

    private static boolean isRank(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 1;
    }

    private static boolean isPositive(JsonNode value) {
        return value.isNumber() && value.doubleValue() > 0 && Double.isFinite(value.doubleValue());
    }

    private JsonNode value(String name) {
        JsonNode value = options.get(name);
        return value == null ? options.nullNode() : value;
    }

    private void require(boolean condition, String name, String rule, String wayOut) {
        if (!condition) {
            throw new CheckpointException(file, name, options.get(name), rule, wayOut);
        }
    }
}
