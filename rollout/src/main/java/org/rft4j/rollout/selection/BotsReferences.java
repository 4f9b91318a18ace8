package org.rft4j.rollout.selection;

import java.util.List;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.engine.Check;

/**
 * Where the pass rates of two reference models stand.
 *
 * @param weak column of the weaker model's pass rate, from 0 to 1
 * @param strong column of the stronger model's
 */
public record BotsReferences(String weak, String strong) {
    /** There are no reference models. */
    public static final BotsReferences NONE = new BotsReferences("", "");

    double[] weakRates(List<TaskRecord> tasks, BotsOptions options) {
        return rates(tasks, weak, options);
    }

    double[] strongRates(List<TaskRecord> tasks, BotsOptions options) {
        return rates(tasks, strong, options);
    }

    private double[] rates(List<TaskRecord> tasks, String column, BotsOptions options) {
        if (equals(NONE)) {
            Check.that(
                    options.rho() == 0,
                    "rho",
                    options.rho(),
                    "must be 0 without reference models",
                    "name the columns of their pass rates, or use withRho(0, false)");
            return new double[tasks.size()];
        }
        return tasks.stream().mapToDouble(task -> rate(task, column)).toArray();
    }

    private static double rate(TaskRecord task, String column) {
        double rate = task.number(column);
        Check.that(
                rate >= 0 && rate <= 1,
                "pass rate in column '" + column + "' of task " + task.id(),
                rate,
                "must be between 0 and 1",
                "divide successes by samples");
        return rate;
    }
}
