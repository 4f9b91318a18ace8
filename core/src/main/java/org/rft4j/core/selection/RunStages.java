package org.rft4j.core.selection;

import java.util.List;
import java.util.function.Function;
import org.rft4j.engine.Check;

/**
 * Something that changes in steps over the course of a run.
 *
 * @param stages in order; the last one ends with the run
 * @param <T> what changes
 */
public record RunStages<T>(List<Stage<T>> stages) {
    /**
     * A stretch of the run.
     *
     * @param until the fraction of the run at which it ends
     * @param value what holds until then
     * @param <T> what changes
     */
    public record Stage<T>(double until, T value) {}

    /** Copies the list, and checks that the stages follow each other to the end of the run. */
    public RunStages {
        stages = List.copyOf(stages);
        double last = 0;
        for (Stage<T> stage : stages) {
            Check.that(
                    stage.until() > last && stage.until() <= 1,
                    "end of a stage",
                    stage.until(),
                    "must be above that of the one before, " + last + ", and at most 1",
                    "list the stages in order");
            last = stage.until();
        }
        Check.that(last == 1, "end of the last stage", last, "must be 1", "let it last to the end of the run");
    }

    /**
     * Which stage a time belongs to. A stage ends just before its end.
     *
     * @param fraction how much of the run lies behind
     * @return index of the stage
     */
    public int indexAt(double fraction) {
        int index = 0;
        while (index < stages.size() - 1 && fraction >= stages.get(index).until()) {
            index++;
        }
        return index;
    }

    /**
     * What holds at a time.
     *
     * @param fraction how much of the run lies behind
     * @return the stage's value
     */
    public T at(double fraction) {
        return stages.get(indexAt(fraction)).value();
    }

    /**
     * The same stages with other values.
     *
     * @param change makes a value of a value
     * @param <R> what changes then
     * @return the stages
     */
    public <R> RunStages<R> map(Function<T, R> change) {
        return new RunStages<>(stages.stream()
                .map(stage -> new Stage<>(stage.until(), change.apply(stage.value())))
                .toList());
    }
}
