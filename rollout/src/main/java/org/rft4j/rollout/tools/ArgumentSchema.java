package org.rft4j.rollout.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.JsonSchemaException;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.InvalidInputException;

/** The JSON schema of a tool's parameters. References outside the schema are never followed. */
final class ArgumentSchema {
    private static final int SHOWN = 5;

    private final Validator validator = new ValidatorFactory()
            .withJsonNodeFactory(new JacksonNode.Factory())
            .createValidator();
    private final URI schema;

    ArgumentSchema(String tool, @Nullable Object parameters) {
        JsonNode json = CallJson.MAPPER.valueToTree(parameters == null ? Map.of() : parameters);
        try {
            schema = validator.registerSchema(json);
        } catch (JsonSchemaException e) {
            throw new InvalidInputException(
                    "parameters of tool " + tool,
                    json,
                    "must be a JSON schema: " + e.getMessage(),
                    "write it as {\"type\": \"object\", \"properties\": {...}}");
        }
    }

    /** What is wrong with the arguments, if something is. */
    Optional<String> problem(Map<String, ?> arguments) {
        Validator.Result result;
        synchronized (validator) {
            result = validator.validate(schema, CallJson.MAPPER.<JsonNode>valueToTree(arguments));
        }
        if (result.isValid()) {
            return Optional.empty();
        }
        return Optional.of(result.getErrors().stream()
                .limit(SHOWN)
                .map(ArgumentSchema::text)
                .collect(Collectors.joining("; ")));
    }

    private static String text(Error error) {
        String where = error.getInstanceLocation();
        return (where.isEmpty() ? "" : where + ": ") + error.getError();
    }
}
