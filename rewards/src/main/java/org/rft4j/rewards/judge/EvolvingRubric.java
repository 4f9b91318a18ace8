package org.rft4j.rewards.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/**
 * A rubric that a second model refines while the policy learns to please the first: every so many batches it reads graded answers and
 * writes the rubric anew. An answer that is no rubric leaves the old one in force and is counted.
 *
 * <p>MPO (meta policy optimisation, arXiv 2504.20157). With an endless period it is a fixed rubric.
 */
public final class EvolvingRubric implements Supplier<Rubric>, Resumable {
    private static final int MOST_ITEMS = 20;
    private static final int LONGEST_QUESTION = 2000;

    private final Judge meta;
    private final JudgePrompt prompt;
    private final int period;
    private Rubric rubric;
    private long batches;
    private long refused;

    /**
     * An evolving rubric.
     *
     * @param start the first rubric
     * @param meta the model that refines it
     * @param period every how many batches; the paper takes 10
     */
    public EvolvingRubric(Rubric start, Judge meta, int period) {
        Check.that(period > 0, "period", period, "must be positive", "use 10 batches");
        this.rubric = start;
        this.meta = meta;
        this.period = period;
        this.prompt = JudgePrompt.resource("meta.txt");
    }

    /**
     * An answer and its grade.
     *
     * @param sample task and answer
     * @param grade what the judge gave, between 0 and 1
     */
    public record Graded(RewardSample sample, double grade) {}

    @Override
    public synchronized Rubric get() {
        return rubric;
    }

    /**
     * How often the second model wrote something that is no rubric.
     *
     * @return a count
     */
    public synchronized long refused() {
        return refused;
    }

    /**
     * To be called after each batch; refines the rubric when it is time.
     *
     * @param graded answers of the batch with their grades, some 20 are enough
     * @return whether the rubric changed
     * @throws Exception if the model cannot be asked
     */
    public boolean afterBatch(List<Graded> graded) throws Exception {
        Rubric now;
        synchronized (this) {
            batches++;
            if (batches % period != 0) {
                return false;
            }
            now = rubric;
        }
        String question = prompt.fill(Map.of("rubric", now.listed()), Map.of("graded", listed(graded)));
        Optional<Rubric> better;
        try {
            better = Optional.of(meta.ask(question, EvolvingRubric::read)); // judges read the old one meanwhile
        } catch (JudgeException e) {
            better = Optional.empty();
        }
        synchronized (this) {
            rubric = better.orElse(rubric);
            refused += better.isEmpty() ? 1 : 0;
        }
        return better.isPresent();
    }

    /** A line of JSON for each, so that no answer can pretend to be the next one or to have another grade. */
    private static String listed(List<Graded> graded) {
        StringBuilder listed = new StringBuilder();
        for (Graded one : graded) {
            listed.append(JsonNodeFactory.instance
                            .objectNode()
                            .put("task", Asked.text(one.sample().task()))
                            .put("answer", one.sample().completion())
                            .put("grade", one.grade()))
                    .append('\n');
        }
        return listed.toString();
    }

    private static Optional<Rubric> read(JsonNode answer) {
        if (!answer.isArray() || answer.isEmpty() || answer.size() > MOST_ITEMS) {
            return Optional.empty();
        }
        List<Rubric.Item> items = new ArrayList<>();
        for (JsonNode row : answer) {
            String id = row.path("name").asText("");
            String question = JudgePrompt.defused(row.path("question").asText(""));
            boolean taken = items.stream().anyMatch(item -> item.id().equals(id));
            if (!id.matches("[A-Za-z0-9_]+")
                    || question.isBlank()
                    || question.length() > LONGEST_QUESTION
                    || !row.path("points").isInt()
                    || taken) {
                return Optional.empty();
            }
            int points = row.path("points").intValue();
            if (points < 1 || points > 100) {
                return Optional.empty();
            }
            items.add(new Rubric.Item(id, question, points));
        }
        return Optional.of(new Rubric(items));
    }

    @Override
    public synchronized JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("batches", batches).put("refused", refused);
        for (Rubric.Item item : rubric.items()) {
            state.withArray("items")
                    .addObject()
                    .put("name", item.id())
                    .put("question", item.question())
                    .put("points", item.points());
        }
        return state;
    }

    @Override
    public synchronized void restore(JsonNode state) {
        Optional<Rubric> restored = read(state.path("items"));
        Check.that(
                restored.isPresent() && state.path("batches").isIntegralNumber(),
                "state of a rubric",
                state,
                "must have batches and items",
                "restore what state() gave");
        rubric = restored.orElseThrow();
        batches = state.path("batches").longValue();
        refused = state.path("refused").longValue();
    }
}
