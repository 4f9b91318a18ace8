package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.rft4j.engine.InvalidInputException;

/** What a run was told, as texts: shown to those who watch, kept in checkpoints, and compared where a run goes on. */
record Settings(Map<String, String> all) {
    /** A run may go on longer, watched otherwise or at another rate; it is then no longer the run that it would have been. */
    private static final Set<String> MAY_CHANGE = Set.of(
            "rounds", "rates", "criticRates", "checkpoints", "engine", "java", "tokenBudget", "maxRows", "memory");

    static Settings of(TrainerParts parts) {
        TrainerConfig config = parts.config();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("algorithm", parts.objective().name());
        all.put("rounds", Long.toString(config.run().rounds()));
        all.put("tasksPerRound", Integer.toString(config.run().tasksPerRound()));
        all.put("groupSize", Integer.toString(config.run().groupSize()));
        all.put("seed", Long.toString(config.run().seed()));
        all.put("iterations", Integer.toString(config.update().iterations()));
        all.put("miniBatches", Integer.toString(config.update().miniBatches()));
        all.put("tokenBudget", Integer.toString(config.update().tokenBudget()));
        all.put("maxRows", Integer.toString(config.update().maxRows()));
        all.put("memory", config.update().memory().toString());
        all.put("rates", config.rates().toString());
        all.put("criticRates", config.criticRates().toString());
        all.put("checkpoints", config.checkpoints().toString());
        all.put("scoring", parts.models().scoring().filters().toString());
        all.put(
                "trained",
                parts.models().trainee().parameters().size() + " arrays, "
                        + parts.models().trainee().memory().trainedBytes() + " bytes");
        all.put("reference", parts.models().reference().map(Object::toString).orElse("none"));
        all.put("engine", parts.engine().description());
        all.put("java", Runtime.version().toString());
        return new Settings(all);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        all.forEach(json::put);
        return json;
    }

    ObjectNode provenance(RunState run) {
        ObjectNode about = toJson();
        about.put("step", run.step());
        about.put("round", run.round());
        return about;
    }

    void requireFits(JsonNode saved, Path checkpoint) {
        all.forEach((name, value) -> {
            String before = saved.path(name).asText("absent");
            if (!MAY_CHANGE.contains(name) && !before.equals(value)) {
                throw new InvalidInputException(
                        name + " of the run that goes on",
                        value,
                        "must be what it was when " + checkpoint + " was written, " + before,
                        "go on with the settings of the checkpoint, or begin a new run in another folder");
            }
        });
    }
}
