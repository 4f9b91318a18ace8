package org.rft4j.rewards.json;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.structured.AnswerPart;

/** What a text is when it is read as JSON: a value, or something that is none. */
sealed interface JsonReading {
    /** Writes columns; reads those that are text, which come with the data set and are trusted. */
    ObjectMapper TRUSTED = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** The last fenced block named json or not named; all of the completion where there is no block at all. */
    AnswerPart LAST_BLOCK = new AnswerPart.Found(JsonReading::lastBlock);

    /** One value, within the limits. */
    record Value(JsonNode node) implements JsonReading {}

    /** No value, and why. */
    record Broken(String problem) implements JsonReading {}

    private static Optional<String> lastBlock(String completion) {
        Pattern fence = Pattern.compile(
                "^[ \\t]*```[ \\t]*(\\w*)[^\\n]*\\n(.*?)^[ \\t]*```[ \\t]*$", Pattern.DOTALL | Pattern.MULTILINE);
        Optional<String> last = completion.contains("```") ? Optional.empty() : Optional.of(completion);
        Matcher blocks = fence.matcher(completion);
        while (blocks.find()) {
            String name = blocks.group(1).toLowerCase(Locale.ROOT);
            last = name.isEmpty() || name.equals("json") ? Optional.of(blocks.group(2)) : last;
        }
        return last;
    }

    /** Reads what a model wrote: one value, no key twice, nothing after it, numbers that a double can hold. */
    static JsonReading of(String text, JsonLimits limits) {
        if (text.length() > limits.characters()) {
            return new Broken("it has " + text.length() + " characters, more than " + limits.characters());
        }
        try {
            JsonNode node = reader(limits).readTree(text);
            if (node.isMissingNode()) {
                return new Broken("it is empty");
            }
            int left = spend(node, limits.values());
            return left < 0 ? new Broken("it has more than " + limits.values() + " values") : new Value(node);
        } catch (StreamConstraintsException e) {
            return new Broken("it has levels, or digits of a number, beyond the limits");
        } catch (JsonProcessingException e) {
            return new Broken(problem(e));
        } catch (NotFiniteException e) {
            return new Broken("a number in it is too large");
        }
    }

    private static ObjectMapper reader(JsonLimits limits) {
        StreamReadConstraints constraints =
                StreamReadConstraints.builder().maxNestingDepth(limits.depth()).build();
        return new ObjectMapper(new JsonFactoryBuilder()
                        .streamReadConstraints(constraints)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** Takes the node and all within it off a number of values; below 0 as soon as it does not suffice. */
    private static int spend(JsonNode node, int values) {
        int left = values - 1;
        if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
            throw new NotFiniteException();
        }
        for (JsonNode child : node) {
            if (left < 0) {
                return left;
            }
            left = spend(child, left);
        }
        return left;
    }

    private static String problem(JsonProcessingException error) {
        JsonLocation at = error.getLocation();
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        String first = error.getOriginalMessage().lines().findFirst().orElse("it cannot be read");
        return first.replaceAll("(: was expecting)?\\s*\\(.*", "") + place;
    }

    /** A column that is JSON: a text that holds it, or a list, map, number, boolean. */
    static JsonNode column(TaskRecord task, String column) {
        Object value = task.value(column);
        if (!(value instanceof String text)) {
            return TRUSTED.valueToTree(value);
        }
        try {
            return TRUSTED.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    "column '" + column + "' of task " + task.id(),
                    text.length() > 60 ? text.substring(0, 60) + "..." : text,
                    "must be JSON: " + problem(e),
                    "correct the row");
        }
    }
}
