package org.rft4j.algorithms.ppo;

import java.util.List;
import java.util.OptionalDouble;
import org.rft4j.algorithms.advantage.TokenMask;
import org.rft4j.core.reward.Score;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.Check;

/**
 * What episodes earned, on their tokens. A score that has rewards of turns has them on the last token of each turn; otherwise its value
 * stands on the last token. Rewards of tokens, which are those of the last turn, come on top. Where a token is not trained, the trained
 * one before it takes the reward, or else the first of the row, so that none is lost.
 */
final class PpoRewards {
    private final TokenMask mask;

    private final double[] tokens;

    private double sum;

    private PpoRewards(TokenMask mask) {
        this.mask = mask;
        this.tokens = new double[mask.rows() * mask.columns()];
    }

    static PpoRewards of(List<TrainingRow> rows, TokenMask mask, OptionalDouble missingEosScore) {
        PpoRewards rewards = new PpoRewards(mask);
        for (int row = 0; row < rows.size(); row++) {
            if (mask.tokens(row) > 0) {
                rewards.take(row, rows.get(row), missingEosScore);
            }
        }
        return rewards;
    }

    /** B * T, to be changed at will. */
    double[] tokens() {
        return tokens;
    }

    /** Of all episodes together. */
    double sum() {
        return sum;
    }

    private void take(int row, TrainingRow from, OptionalDouble missingEosScore) {
        Score score = from.score();
        List<Turn> turns = from.sequence().source().turns();
        int[] starts = from.sequence().turnStarts();
        boolean cutOff = !turns.get(turns.size() - 1).stopReason().ended();
        requireSize(row, "turns", score.perTurn().size(), starts.length);
        int last = starts.length - 1;
        for (int turn = 0; turn < last; turn++) {
            put(
                    row,
                    starts[turn + 1],
                    score.perTurn().isEmpty() ? 0 : score.perTurn().get(turn));
        }
        double outcome =
                score.perTurn().isEmpty() ? score.value() : score.perTurn().get(last);
        put(row, mask.columns(), cutOff ? missingEosScore.orElse(outcome) : outcome);
        requireSize(row, "tokens", score.perToken().size(), turns.get(last).tokens());
        for (int token = 0; token < score.perToken().size(); token++) {
            put(row, starts[last] + token + 1, score.perToken().get(token));
        }
    }

    private static void requireSize(int row, String what, int given, int wanted) {
        Check.that(
                given == 0 || given == wanted,
                "rewards of " + what + " of row " + row,
                given,
                "must be none or one for each of its " + wanted,
                "score the episode that is trained");
    }

    private void put(int row, int end, double reward) {
        sum += reward;
        int first = row * mask.columns();
        int i = first + end - 1;
        while (i >= first && !mask.isPolicy(i)) {
            i--;
        }
        if (i < first) {
            i = first + end;
            while (!mask.isPolicy(i)) {
                i++;
            }
        }
        tokens[i] += reward;
    }
}
