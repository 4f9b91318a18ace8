package org.rft4j.core.evaluation;

import java.util.List;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.Check;

/**
 * An evaluation by the loss of examples, without gradients. All of them are taken as a single optimiser step would take them, so that what is told
 * does not depend on micro-batches: {@code eval_loss}, and behind the same prefix whatever else the objective and the arrangement tell, such as
 * {@code eval_rewards/accuracies}. What an objective computes over the rows of a step it computes over the whole set.
 *
 * @param name tells it from others; {@code eval} for the only one, see {@link EvaluationRule#prefix}
 * @param objective what is computed, often that which is trained; its state is put back afterwards
 * @param arrangement makes rows of the examples
 * @param examples usually held out of training
 * @param <T> their shape
 */
public record ExampleEvaluation<T extends Example>(
        String name, Objective objective, ExampleArrangement<T> arrangement, Dataset<T> examples)
        implements RepeatedEvaluation {
    /** Checks the name. */
    public ExampleEvaluation {
        Check.that(!name.isBlank(), "name of an evaluation", "'" + name + "'", "must not be blank", "use eval");
    }

    @Override
    public boolean mayTell(String metric) {
        return metric.startsWith(EvaluationRule.prefix(name) + "_");
    }

    @Override
    public List<String> known() {
        return List.of(EvaluationRule.prefix(name) + "_loss");
    }
}
