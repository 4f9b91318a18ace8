package org.rft4j.core.evaluation;

import java.util.List;

/** What a run is evaluated by, again and again: samples that are scored, or a loss of examples that are held out. */
public sealed interface RepeatedEvaluation permits EvaluationPlan, ExampleEvaluation {
    /**
     * What tells it from others.
     *
     * @return {@code eval} for the only one, see {@link EvaluationRule#prefix}
     */
    String name();

    /**
     * Whether a metric may be one of those that it tells.
     *
     * @param metric its whole name
     * @return false if it certainly is not
     */
    boolean mayTell(String metric);

    /**
     * The metrics of which it is known beforehand that they are told.
     *
     * @return their whole names
     */
    List<String> known();
}
