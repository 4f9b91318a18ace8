package org.rft4j.core.loss;

import org.rft4j.engine.Check;

/**
 * Names a number that each token has beside its log-prob, computed before the loss and constant in it.
 *
 * @param name as checkpoints store it
 */
public record TokenColumn(String name) {
    /** How much better the token's sequence, turn or state was than expected. */
    public static final TokenColumn ADVANTAGE = new TokenColumn("advantage");

    /** The log-prob under the weights with which the batch began. */
    public static final TokenColumn OLD_LOG_PROB = new TokenColumn("old_log_prob");

    /** The log-prob that the sampler said when it drew the token, under the prompt that it is trained under. */
    public static final TokenColumn SAMPLER_LOG_PROB = new TokenColumn("sampler_log_prob");

    /** The log-prob under the reference. */
    public static final TokenColumn REFERENCE_LOG_PROB = new TokenColumn("reference_log_prob");

    /** The critic's value with which the batch began. */
    public static final TokenColumn OLD_VALUE = new TokenColumn("old_value");

    /** What the critic should have said. */
    public static final TokenColumn RETURN = new TokenColumn("return");

    /** A factor of the policy's loss, such as the correction for a sampler that computes differently. */
    public static final TokenColumn FACTOR = new TokenColumn("factor");

    /** The logarithm of the sum of the squared probabilities of all tokens, under the weights of this moment. */
    public static final TokenColumn LOG_SQUARE_SUM = new TokenColumn("log_square_sum");

    /**
     * Not 0 on rows that are only compared with: they are scored where an objective looks at all rows of a step, and are never run to be
     * trained.
     */
    public static final TokenColumn COMPARED = new TokenColumn("compared");

    /**
     * 1 = the token belongs to the response, 0 = to the prompt, on rows whose prompt is trained too. Rows without this column train their
     * responses alone.
     */
    public static final TokenColumn RESPONSE = new TokenColumn("response");

    /** By how much the chosen answer of a pair should win: the same number at all tokens of both rows. */
    public static final TokenColumn MARGIN = new TokenColumn("margin");

    /** 1 = the answer is wanted, 0 = it is not: the same number at all its tokens. */
    public static final TokenColumn LABEL = new TokenColumn("label");

    /** How much an answer, or a token of it, counts. */
    public static final TokenColumn WEIGHT = new TokenColumn("weight");

    /** What an answer earned: the same number at all its tokens. */
    public static final TokenColumn REWARD = new TokenColumn("reward");

    /** Refuses a name that says nothing. */
    public TokenColumn {
        Check.that(!name.isBlank(), "name of a column", "'" + name + "'", "must not be blank", "name it");
    }
}
