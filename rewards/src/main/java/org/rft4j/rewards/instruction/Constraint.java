package org.rft4j.rewards.instruction;

import java.util.function.Predicate;

/**
 * Something that a text keeps or breaks.
 *
 * @param id the kind, as IFEval names it
 * @param rule what the text must do, as a sentence that can be said to the model
 * @param kept tells texts that keep it
 * @param keeping a text that keeps it
 * @param breaking a text that breaks it
 */
public record Constraint(String id, String rule, Predicate<String> kept, String keeping, String breaking) {}
