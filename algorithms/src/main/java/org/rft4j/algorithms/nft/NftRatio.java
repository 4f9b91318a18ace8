package org.rft4j.algorithms.nft;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossInput;

/** What new and old probabilities are compared of. */
public enum NftRatio {
    /** Single tokens: every token has a ratio and a loss. */
    TOKEN {
        @Override
        NDArray logRatio(LossInput input, NDArray perToken) {
            return perToken;
        }

        @Override
        NDArray share(LossInput input, NDArray loss) {
            return loss;
        }
    },

    /** Whole answers: the log-ratios of the tokens are added up, and an answer has one loss, which its tokens carry in equal parts. */
    SEQUENCE {
        @Override
        NDArray logRatio(LossInput input, NDArray perToken) {
            return perToken.mul(input.mask()).sum(TOKENS, true);
        }

        @Override
        NDArray share(LossInput input, NDArray loss) {
            return loss.div(input.mask().sum(TOKENS, true).maximum(1));
        }
    };

    private static final int[] TOKENS = {1};

    /** [B,T], or [B,1] where a sequence has one. */
    abstract NDArray logRatio(LossInput input, NDArray perToken);

    /** What of a loss [B,T] each token carries. */
    abstract NDArray share(LossInput input, NDArray loss);
}
