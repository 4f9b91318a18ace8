package org.rft4j.rewards.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.structured.AnswerPart;

/**
 * An answer that keeps a JSON schema. Feedback names the place of each fault as a JSON pointer, and the rule that it breaks. The schema is
 * trusted, the answer is not; but a {@code pattern} of the schema runs on the answer, so write none with repetitions within repetitions.
 */
public final class JsonSchemaReward implements VerifiableReward {
    private static final int SCHEMAS_KEPT = 256;
    private static final int FAULTS_SHOWN = 5;

    private final Function<TaskRecord, JsonNode> source;
    private final AnswerPart part;
    private final Options options;
    private final Map<JsonNode, JsonSchema> schemas = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<JsonNode, JsonSchema> eldest) {
            return size() > SCHEMAS_KEPT;
        }
    };

    private JsonSchemaReward(Function<TaskRecord, JsonNode> source, AnswerPart part, Options options) {
        this.source = source;
        this.part = part;
        this.options = options;
    }

    /** What an answer with faults earns. */
    public enum Credit {
        /** Nothing. */
        ALL_OR_NOTHING,
        /** {@code 1 / (1 + faults)}, where each missing field is a fault; an answer that is no JSON earns nothing. */
        BY_FAULTS
    }

    /**
     * Options.
     *
     * @param credit what an answer with faults earns
     * @param example the column with an answer that keeps the schema, for the self-check; empty if there is none
     * @param limits how much of an answer is read
     */
    public record Options(Credit credit, Optional<String> example, JsonLimits limits) {
        /** All or nothing, without examples. */
        public static final Options DEFAULT = new Options(Credit.ALL_OR_NOTHING, Optional.empty(), JsonLimits.DEFAULT);

        /**
         * Replaces the credit.
         *
         * @param other what an answer with faults earns
         * @return these options with it
         */
        public Options withCredit(Credit other) {
            return new Options(other, example, limits);
        }

        /**
         * Adds right answers for the self-check.
         *
         * @param column holds them
         * @return these options with it
         */
        public Options checkedBy(String column) {
            return new Options(credit, Optional.of(column), limits);
        }
    }

    /**
     * One schema for all tasks; the answer is the last fenced block named json or not named, or else all of the completion.
     *
     * @param schema the schema
     * @return the reward
     */
    public static JsonSchemaReward fixed(JsonNode schema) {
        return fixed(schema, JsonReading.LAST_BLOCK, Options.DEFAULT);
    }

    /**
     * One schema for all tasks.
     *
     * @param schema the schema
     * @param part where the answer stands
     * @param options what faults cost
     * @return the reward
     */
    public static JsonSchemaReward fixed(JsonNode schema, AnswerPart part, Options options) {
        JsonNode own = schema.deepCopy();
        JsonSchemaReward reward = new JsonSchemaReward(task -> own, part, options);
        reward.compiled("schema", own);
        return reward;
    }

    /**
     * Each task brings its schema; the answer is the last fenced block named json or not named, or else all of the completion.
     *
     * @param column the task's schema: a map, or a text of JSON
     * @return the reward
     */
    public static JsonSchemaReward inColumn(String column) {
        return inColumn(column, JsonReading.LAST_BLOCK, Options.DEFAULT);
    }

    /**
     * Each task brings its schema.
     *
     * @param column the task's schema: a map, or a text of JSON
     * @param part where the answer stands
     * @param options what faults cost
     * @return the reward
     */
    public static JsonSchemaReward inColumn(String column, AnswerPart part, Options options) {
        return new JsonSchemaReward(task -> JsonReading.column(task, column), part, options);
    }

    @Override
    public Score score(RewardSample sample) {
        JsonSchema schema = compiled("schema of task " + sample.task().id(), source.apply(sample.task()));
        Optional<String> answer = part.in(sample);
        if (answer.isEmpty()) {
            return broken("There is no JSON in the expected place");
        }
        JsonReading reading = JsonReading.of(answer.get(), options.limits());
        if (reading instanceof JsonReading.Broken broken) {
            return broken("The answer is not JSON: " + broken.problem());
        }
        return scored(schema.faults(((JsonReading.Value) reading).node()));
    }

    private Score scored(List<JsonSchema.Fault> faults) {
        List<Feedback> feedback = new ArrayList<>();
        int count = 0;
        for (JsonSchema.Fault fault : faults) {
            count += fault.weight();
            if (feedback.size() < FAULTS_SHOWN) {
                String place = fault.pointer().isEmpty() ? "At the top" : "At " + fault.pointer();
                feedback.add(Feedback.negative(place + " (rule '" + fault.rule() + "'): " + fault.text(), name()));
            }
        }
        double partial = options.credit() == Credit.BY_FAULTS ? 1.0 / (1 + count) : 0;
        return Score.of(count == 0 ? 1 : partial)
                .withComponent("json", 1)
                .withComponent("faults", count)
                .withFeedback(feedback.toArray(Feedback[]::new));
    }

    private Score broken(String what) {
        return Score.of(0).withComponent("json", 0).withFeedback(Feedback.negative(what, name()));
    }

    private synchronized JsonSchema compiled(String what, JsonNode schema) {
        return schemas.computeIfAbsent(schema, json -> new JsonSchema(what, json));
    }

    @Override
    public String name() {
        return "jsonSchema";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return options.example()
                .map(column -> part.written(JsonReading.column(task, column).toString()))
                .map(List::of)
                .orElse(List.of());
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", part.written("{\"a\": "), part.written("so be it"));
    }
}
