package org.rft4j.algorithms.likelihood;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.TokenColumn;

/** How much an answer counts. */
public enum LolFactor {
    /** {@link TokenColumn#ADVANTAGE}, as {@link AdvantageColumns} computes it; 0 where it is negative. */
    ADVANTAGE {
        @Override
        TokenColumn column() {
            return TokenColumn.ADVANTAGE;
        }

        @Override
        NDArray clamped(NDArray column) {
            return column.maximum(0);
        }

        @Override
        boolean isNothing(float number) {
            return number <= 0;
        }
    },

    /** {@link TokenColumn#REWARD} as it stands. */
    REWARD {
        @Override
        TokenColumn column() {
            return TokenColumn.REWARD;
        }

        @Override
        NDArray clamped(NDArray column) {
            return column;
        }

        @Override
        boolean isNothing(float number) {
            return number == 0;
        }
    };

    /** [B,T], the same at each token of a sequence. */
    NDArray of(LossInput input) {
        return clamped(input.column(column()));
    }

    /** Whether it is 0 beside every trained token. */
    boolean isZero(Map<TokenColumn, float[]> columns, boolean[] trained) {
        float[] beside = columns.get(column());
        for (int t = 0; t < trained.length; t++) {
            if (trained[t] && (beside == null || !isNothing(beside[t]))) {
                return false;
            }
        }
        return true;
    }

    abstract TokenColumn column();

    abstract NDArray clamped(NDArray column);

    abstract boolean isNothing(float number);
}
