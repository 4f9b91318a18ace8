package org.rft4j.rewards;

import java.util.List;
import java.util.stream.Collectors;
import org.rft4j.engine.InvalidInputException;

/**
 * What {@link SelfCheck} found.
 *
 * @param reward the name of the reward
 * @param tasks how many tasks were tried
 * @param unchecked how many of them the reward had nothing to say of
 * @param failures each completion that did not score as it must, and each task that the reward could not read
 */
public record SelfCheckReport(String reward, long tasks, long unchecked, List<Failure> failures) {
    private static final int SHOWN = 5;

    /** Copies the list. */
    public SelfCheckReport {
        failures = List.copyOf(failures);
    }

    /**
     * Something that did not score as it must.
     *
     * @param taskId which task
     * @param completion the text that was scored, empty where the task could not be read
     * @param what what is wrong, in words
     */
    public record Failure(String taskId, String completion, String what) {}

    /**
     * Whether all is well.
     *
     * @return true if no row failed
     */
    public boolean passed() {
        return failures.isEmpty();
    }

    /**
     * The rows that failed.
     *
     * @return their ids, in the order of the data set, each once
     */
    public List<String> failingTasks() {
        return failures.stream().map(Failure::taskId).distinct().toList();
    }

    /** Refuses a data set with failing rows, naming the first of them. */
    public void requirePassed() {
        if (!passed()) {
            String first = failures.stream()
                    .limit(SHOWN)
                    .map(f -> f.taskId() + ": " + f.what())
                    .collect(Collectors.joining("; "));
            throw new InvalidInputException(
                    "self-check of reward '" + reward + "'",
                    failingTasks().size() + " failing of " + tasks + " tasks (" + first + ")",
                    "must pass for every task",
                    "repair or leave out these rows, or choose a reward that can read them");
        }
    }
}
