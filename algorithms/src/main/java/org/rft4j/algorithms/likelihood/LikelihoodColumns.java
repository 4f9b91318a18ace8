package org.rft4j.algorithms.likelihood;

import org.rft4j.core.loss.TokenColumn;

/** Numbers beside tokens that these losses read, besides {@link TokenColumn#ADVANTAGE}. */
public final class LikelihoodColumns {
    /** What the loss of a token is multiplied by. */
    public static final TokenColumn WEIGHT = new TokenColumn("weight");

    /** What a sequence is worth: the same number at each of its tokens. */
    public static final TokenColumn REWARD = new TokenColumn("reward");

    private LikelihoodColumns() {}
}
