package org.rft4j.core.lora;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.engine.EngineException;

/** PEFT's {@code adapter_config.json}. An option that rft4j does not know must be off: absent, null, false, 0 or empty. */
final class PeftConfig {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private static final Set<String> READ = Set.of(
            "peft_type",
            "r",
            "lora_alpha",
            "use_rslora",
            "target_modules",
            "modules_to_save",
            "rank_pattern",
            "alpha_pattern");

    /** What changes nothing here. PEFT itself corrects fan_in_fan_out to what the module is. */
    private static final Set<String> PASSED = Set.of(
            "task_type",
            "base_model_name_or_path",
            "revision",
            "inference_mode",
            "peft_version",
            "fan_in_fan_out",
            "megatron_core",
            "qalora_group_size");

    /** First weights that are only another start. Others (PiSSA, OLoRA, ...) also change the model under the adapter. */
    private static final Set<String> HARMLESS_STARTS = Set.of("true", "false", "gaussian", "eva", "orthogonal");

    private final Path file;
    private final ObjectNode options;

    private PeftConfig(Path file, ObjectNode options) {
        this.file = file;
        this.options = options;
    }

    static LoraConfig read(Path file, Set<String> ignored) {
        PeftConfig config = new PeftConfig(file, parse(file));
        config.require(
                config.value("peft_type").asText().equals("LORA"),
                "peft_type",
                "must be LORA",
                "other kinds of adapters are not implemented");
        config.requireOff(ignored);
        return new LoraConfig(
                config.wholeNumber("r"),
                config.number("lora_alpha"),
                config.value("use_rslora").asBoolean(false),
                config.targets(),
                config.texts("modules_to_save"),
                config.map("rank_pattern", JsonNode::intValue),
                config.map("alpha_pattern", JsonNode::doubleValue),
                0);
    }

    /** The file's text. Targets that have no notation of their own in it are listed. */
    static String write(LoraConfig config, List<String> modules, boolean transposed, String baseModel) {
        Map<String, Object> options = new TreeMap<>();
        options.put("peft_type", "LORA");
        options.put("task_type", "CAUSAL_LM");
        options.put("base_model_name_or_path", baseModel.isEmpty() ? null : baseModel);
        options.put("inference_mode", true);
        options.put("r", config.rank());
        options.put("lora_alpha", plain(config.alpha()));
        options.put("lora_dropout", 0.0);
        options.put("use_rslora", config.rankStabilised());
        options.put("use_dora", false);
        options.put("bias", "none");
        options.put("fan_in_fan_out", transposed);
        options.put("target_modules", targets(config.targets(), modules));
        options.put("modules_to_save", config.modulesToSave().isEmpty() ? null : config.modulesToSave());
        options.put("rank_pattern", config.rankPattern());
        Map<String, Number> alphas = new LinkedHashMap<>();
        config.alphaPattern().forEach((pattern, alpha) -> alphas.put(pattern, plain(alpha)));
        options.put("alpha_pattern", alphas);
        try {
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
            printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
            printer.indentObjectsWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
            return JSON.writer(printer).writeValueAsString(options) + "\n";
        } catch (JsonProcessingException e) {
            throw new EngineException("adapter_config.json cannot be written: " + e.getMessage(), e);
        }
    }

    private static Object targets(LoraTargets targets, List<String> modules) {
        if (targets instanceof LoraTargets.Matching matching) {
            return matching.expression();
        }
        return targets instanceof LoraTargets.Named named ? named.names() : modules;
    }

    /** Whole numbers without a decimal point, as PEFT writes them. */
    private static Number plain(double value) {
        if (value == Math.rint(value) && value < Integer.MAX_VALUE) {
            return (long) value;
        }
        return value;
    }

    private static ObjectNode parse(Path file) {
        try {
            if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
                return object;
            }
            throw new CheckpointException(file, "content", "no object", "must be a JSON object", "restore it");
        } catch (NoSuchFileException e) {
            throw new CheckpointException(file, "file", "missing", "must exist", "name a folder that PEFT saved");
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file, "content", e.getOriginalMessage(), "must be JSON", "restore it");
        } catch (IOException e) {
            throw new EngineException("Could not read " + file + ": " + e + "; check the permissions", e);
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
                    "name those that you are sure of as ignored (lora_dropout acts in PEFT's training only)");
        }
    }

    private static boolean isOff(String name, JsonNode value) {
        return switch (name) {
            case "bias" -> value.asText().equals("none");
            case "init_lora_weights" -> HARMLESS_STARTS.contains(value.asText());
            default ->
                value.isNull()
                        || (value.isBoolean() && !value.booleanValue())
                        || (value.isNumber() && value.doubleValue() == 0)
                        || (value.isContainerNode() && value.isEmpty());
        };
    }

    private LoraTargets targets() {
        JsonNode value = value("target_modules");
        if (value.isTextual()) {
            boolean all = value.textValue().equalsIgnoreCase("all-linear");
            return all ? LoraTargets.allLinear() : LoraTargets.matching(value.textValue());
        }
        return new LoraTargets.Named(texts("target_modules"));
    }

    private List<String> texts(String name) {
        JsonNode value = value(name);
        List<String> texts = new ArrayList<>();
        if (!value.isNull()) {
            require(value instanceof ArrayNode, name, "must be a list of texts", "correct the file");
            for (JsonNode element : value) {
                require(element.isTextual(), name, "must be a list of texts", "correct the file");
                texts.add(element.textValue());
            }
        }
        return texts;
    }

    private <T> Map<String, T> map(String name, Function<JsonNode, T> read) {
        JsonNode value = value(name);
        Map<String, T> map = new LinkedHashMap<>();
        if (!value.isNull()) {
            require(value.isObject(), name, "must be an object of numbers", "correct the file");
            value.properties().forEach(entry -> {
                require(entry.getValue().isNumber(), name, "must be an object of numbers", "correct the file");
                map.put(entry.getKey(), read.apply(entry.getValue()));
            });
        }
        return map;
    }

    private int wholeNumber(String name) {
        require(value(name).canConvertToInt(), name, "must be a whole number", "correct the file");
        return value(name).intValue();
    }

    private double number(String name) {
        require(value(name).isNumber(), name, "must be a number", "correct the file");
        return value(name).doubleValue();
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
