package org.rft4j.core.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Comparator;
import java.util.List;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;

/**
 * How far a step moved one weight, the smallest matrix that is trained: enough to see whether anything moves at all, for the price of a copy
 * of that matrix.
 */
final class UpdateProbe {
    private final NDArray weight;

    UpdateProbe(List<Parameter> parameters) {
        weight = parameters.stream()
                .filter(parameter -> parameter.weight().getShape().dimension() > 1)
                .min(Comparator.comparingLong(parameter -> parameter.weight().size()))
                .orElse(parameters.get(0))
                .weight();
    }

    NDArray before(NDManager scope) {
        return WeightUpdates.copyOf(weight, Precision.FP32, scope);
    }

    double distance(NDArray before, NDManager scope) {
        NDArray now = WeightUpdates.copyOf(weight, Precision.FP32, scope);
        return Math.sqrt(now.sub(before).square().sum().getFloat());
    }
}
