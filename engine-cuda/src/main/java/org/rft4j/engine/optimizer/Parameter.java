package org.rft4j.engine.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;

/**
 * A weight that is trained.
 *
 * @param name unique within an optimiser; its state is saved under it
 * @param weight fp32 or bf16, requiring gradients
 * @param decays whether weight decay applies; norms and biases usually are excluded
 */
public record Parameter(String name, NDArray weight, boolean decays) {
    public Parameter {
        Shapes.requireType(weight, "parameter " + name, DataType.FLOAT32, DataType.BFLOAT16);
        Check.that(
                weight.hasGradient(),
                "parameter " + name,
                "without gradient",
                "must require gradients",
                "call setRequiresGradient(true) on it, or leave it out");
    }

    /**
     * A parameter that decays if it is a matrix: the usual exclusion of norms and biases.
     *
     * @param name its name
     * @param weight the weight
     * @return the parameter
     */
    public static Parameter of(String name, NDArray weight) {
        return new Parameter(name, weight, weight.getShape().dimension() > 1);
    }

    /**
     * Weights by name, as {@link org.rft4j.engine.state.TensorState} takes them.
     *
     * @param parameters each name once
     * @return their weights in the same order
     */
    public static Map<String, NDArray> named(List<Parameter> parameters) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            Check.that(
                    named.put(parameter.name(), parameter.weight()) == null,
                    "parameter name",
                    parameter.name(),
                    "must be unique",
                    "rename one of the two");
        }
        return named;
    }
}
