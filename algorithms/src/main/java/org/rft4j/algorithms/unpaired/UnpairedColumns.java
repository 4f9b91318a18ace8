package org.rft4j.algorithms.unpaired;

import org.rft4j.core.loss.TokenColumn;

/** Numbers of whole sequences that the losses of this package read, see {@link org.rft4j.core.training.ExampleRow#withNumber}. */
public final class UnpairedColumns {
    /** 1 = the answer is desirable, 0 = it is not. */
    public static final TokenColumn LABEL = new TokenColumn("label");

    /** How much an answer counts; absent = all count the same. */
    public static final TokenColumn WEIGHT = new TokenColumn("weight");

    /** What an answer earned. */
    public static final TokenColumn REWARD = new TokenColumn("reward");

    private UnpairedColumns() {}
}
