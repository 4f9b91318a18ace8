package org.rft4j.core.training;

import java.util.Map;

/**
 * What came of an optimiser step.
 *
 * @param metrics by name
 * @param applied false if a gradient was not finite and the policy was left as it was
 */
public record StepOutcome(Map<String, Double> metrics, boolean applied) {}
