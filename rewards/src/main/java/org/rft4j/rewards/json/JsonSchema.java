package org.rft4j.rewards.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.JsonSchemaException;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.InvalidInputException;

/** A schema of the draft 2020-12, or of the draft that it names. References outside it are never followed. */
final class JsonSchema {
    private final JsonNode json;
    private final URI id;
    private final Validator validator = new ValidatorFactory()
            .withJsonNodeFactory(new JacksonNode.Factory())
            .createValidator();

    /** Something that the schema forbids: where in the answer, by which rule, and what it says. */
    record Fault(String pointer, String rule, String text, int weight) {}

    JsonSchema(String what, JsonNode json) {
        this.json = json;
        try {
            id = validator.registerSchema(json);
        } catch (JsonSchemaException e) {
            throw new InvalidInputException(
                    what, json, "must be a JSON schema: " + e.getMessage(), "correct it or leave the row out");
        }
    }

    /** All faults of an answer; none if it keeps the schema. */
    List<Fault> faults(JsonNode answer) {
        Validator.Result result;
        synchronized (validator) {
            result = validator.validate(id, answer);
        }
        List<Fault> faults = new ArrayList<>();
        for (Error error : result.isValid() ? List.<Error>of() : result.getErrors()) {
            faults.add(new Fault(
                    error.getInstanceLocation(), error.getKeyword(), error.getError(), weight(error, answer)));
        }
        return faults;
    }

    /** Each missing field is a fault of its own, or leaving everything out would be a single one. */
    private int weight(Error error, JsonNode answer) {
        if (!error.getKeyword().equals("required")) {
            return 1;
        }
        String at = error.getSchemaLocation();
        String path = at.substring(at.indexOf('#') + 1).replaceFirst("/required$", "");
        JsonNode within = path.isEmpty() || path.startsWith("/") ? json.at(path) : json;
        JsonNode object = answer.at(error.getInstanceLocation());
        int missing = 0;
        for (JsonNode name : within.path("required")) {
            missing += object.has(name.asText()) ? 0 : 1;
        }
        return Math.max(1, missing);
    }
}
