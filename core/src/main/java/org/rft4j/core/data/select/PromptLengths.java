package org.rft4j.core.data.select;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.jinja.TemplateException;
import org.rft4j.engine.Check;

/**
 * Tasks whose prompts fit, and what became of the others.
 *
 * @param tasks those that fit
 * @param tooLong how many have more tokens than allowed
 * @param notRendered how many the template refuses, such as conversations in which the user speaks twice
 * @param longest tokens of the longest prompt, those that are too long included
 * @param examples ids of the first tasks that were dropped, with the reason
 */
public record PromptLengths(
        Dataset<TaskRecord> tasks, int tooLong, int notRendered, int longest, List<String> examples) {
    private static final int KEPT = 20;

    /** Copies the list. */
    public PromptLengths {
        examples = List.copyOf(examples);
    }

    /**
     * Drops prompts that are too long or cannot be rendered, and counts them.
     *
     * @param tasks the tasks
     * @param encoder makes their tokens
     * @param maxTokens how many a prompt may have
     * @return the tasks that are left, as a view, and counts
     */
    public static PromptLengths drop(Dataset<TaskRecord> tasks, PromptEncoder encoder, int maxTokens) {
        return measure(tasks, encoder, maxTokens, true);
    }

    /**
     * Ends with an error that names the first prompt that is too long or cannot be rendered.
     *
     * @param tasks the tasks
     * @param encoder makes their tokens
     * @param maxTokens how many a prompt may have
     * @return all tasks, and the length of the longest prompt
     */
    public static PromptLengths require(Dataset<TaskRecord> tasks, PromptEncoder encoder, int maxTokens) {
        return measure(tasks, encoder, maxTokens, false);
    }

    private static PromptLengths measure(
            Dataset<TaskRecord> tasks, PromptEncoder encoder, int maxTokens, boolean drop) {
        Check.that(maxTokens >= 1, "maxTokens", maxTokens, "must be at least 1", "use the model's context length");
        Counts counts = new Counts(maxTokens, drop);
        Dataset<TaskRecord> fitting = Datasets.where(tasks, task -> counts.fits(task, encoder));
        return new PromptLengths(fitting, counts.tooLong, counts.notRendered, counts.longest, counts.examples);
    }

    private static final class Counts {
        private final int maxTokens;
        private final boolean drop;
        private final List<String> examples = new ArrayList<>();
        private int tooLong;
        private int notRendered;
        private int longest;

        Counts(int maxTokens, boolean drop) {
            this.maxTokens = maxTokens;
            this.drop = drop;
        }

        boolean fits(TaskRecord task, PromptEncoder encoder) {
            int length;
            try {
                length = encoder.encode(task).length;
            } catch (TemplateException e) {
                String why = "not rendered ("
                        + String.valueOf(e.getMessage())
                                .lines()
                                .findFirst()
                                .orElse("")
                                .strip() + ")";
                Check.that(
                        drop,
                        "prompt of task " + task.id(),
                        why,
                        "must be a conversation that the template takes",
                        "drop such tasks with PromptLengths.drop(...), or correct them");
                notRendered++;
                note(task.id() + ": " + why);
                return false;
            }
            longest = Math.max(longest, length);
            if (length <= maxTokens) {
                return true;
            }
            Check.that(
                    drop,
                    "prompt of task " + task.id(),
                    length + " tokens long",
                    "must have at most " + maxTokens,
                    "drop such tasks with PromptLengths.drop(...), or allow more");
            tooLong++;
            note(task.id() + ": " + length + " tokens");
            return false;
        }

        private void note(String example) {
            if (examples.size() < KEPT) {
                examples.add(example);
            }
        }
    }
}
