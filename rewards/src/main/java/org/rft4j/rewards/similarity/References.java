package org.rft4j.rewards.similarity;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.engine.Check;

/** Reads reference texts from a task. */
final class References {
    private References() {}

    /** A column that holds one text or a list of them. */
    static List<String> of(TaskRecord task, String column) {
        if (!(task.value(column) instanceof List<?> list)) {
            return List.of(task.text(column));
        }
        Check.that(
                !list.isEmpty(),
                "references in column '" + column + "' of task " + task.id(),
                "none",
                "must be at least one",
                "leave the row out");
        List<String> texts = new ArrayList<>(list.size());
        for (Object one : list) {
            Check.that(
                    one instanceof String,
                    "reference in column '" + column + "' of task " + task.id(),
                    one,
                    "must be a string",
                    "give a text or a list of texts");
            texts.add((String) one);
        }
        return texts;
    }
}
