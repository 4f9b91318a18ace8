package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;

/** What the policy's log-probs are compared with. */
public enum PairReference {
    /** A reference model, which stays as it is: live, or its log-probs computed beforehand. */
    FIXED {
        @Override
        Needs neededFrom(Needs needs) {
            return needs.withReference(true);
        }

        @Override
        NDArray logProbs(LossInput input) {
            return input.column(TokenColumn.REFERENCE_LOG_PROB).stopGradient();
        }
    },

    /**
     * The policy with which the round began, as in SPIN and in online and iterated DPO. It costs no memory, and nothing at all where a round is
     * one optimiser step; the loss of that step is then the same for all policies, log 2 for DPO, with a slope that is not.
     */
    ROUND_START {
        @Override
        Needs neededFrom(Needs needs) {
            return needs.withOldLogProbs(Needs.OldLogProbs.ROUND_START);
        }

        @Override
        NDArray logProbs(LossInput input) {
            return input.column(TokenColumn.OLD_LOG_PROB).stopGradient();
        }
    },

    /**
     * Nothing: log-probs stand where log-ratios do. CPO, SimPO, ORPO, TPO, and what other libraries call {@code reference_free}.
     */
    NONE {
        @Override
        Needs neededFrom(Needs needs) {
            return needs;
        }

        @Override
        NDArray logProbs(LossInput input) {
            return input.mask().zerosLike();
        }
    };

    abstract Needs neededFrom(Needs needs);

    /** [B,T], 0 where the mask is 0. */
    abstract NDArray logProbs(LossInput input);
}
