package org.rft4j.algorithms.group;

import java.util.List;
import java.util.Optional;
import org.rft4j.algorithms.advantage.Groups;
import org.rft4j.algorithms.advantage.Rewards;
import org.rft4j.algorithms.advantage.TokenMask;
import org.rft4j.algorithms.advantage.TokenRewards;
import org.rft4j.algorithms.advantage.TurnIndex;
import org.rft4j.core.reward.Score;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.engine.Check;

/**
 * What an advantage estimator sees: the rows of a round on a grid of B rows and T tokens.
 *
 * @param rows B rows; those that are not usable have no reward and no tokens in the mask
 * @param outcomes their scores, before any penalty
 * @param groups which rows are compared
 * @param mask the trained tokens
 * @param penalties [B * T] what each token costs, such as its distance from the reference; 0 where the mask is 0
 */
public record AdvantageInput(
        List<TrainingRow> rows, Rewards outcomes, Groups groups, TokenMask mask, double[] penalties) {
    static AdvantageInput of(List<TrainingRow> rows, boolean[][] trained, double[][] penalties) {
        int columns = 1;
        for (boolean[] row : trained) {
            columns = Math.max(columns, row.length);
        }
        byte[] mask = new byte[Math.multiplyExact(rows.size(), columns)];
        double[] costs = new double[mask.length];
        double[] values = new double[rows.size()];
        boolean[] usable = new boolean[rows.size()];
        for (int row = 0; row < trained.length; row++) {
            values[row] = rows.get(row).score().value();
            usable[row] = rows.get(row).usable();
            for (int t = 0; t < trained[row].length; t++) {
                mask[row * columns + t] = (byte) (trained[row][t] ? 1 : 0);
                costs[row * columns + t] = trained[row][t] ? penalties[row][t] : 0;
            }
        }
        Groups groups = Groups.ofKeys(rows.stream().map(TrainingRow::group).toList());
        return new AdvantageInput(
                List.copyOf(rows), Rewards.of(values, usable), groups, TokenMask.of(rows.size(), columns, mask), costs);
    }

    /**
     * One reward for each row.
     *
     * @return the score less the penalties of all its tokens
     */
    public Rewards rewards() {
        double[] values = new double[rows.size()];
        boolean[] applicable = new boolean[values.length];
        for (int row = 0; row < values.length; row++) {
            applicable[row] = outcomes.isApplicable(row);
            values[row] = outcomes.value(row);
            for (int t = 0; t < mask.columns(); t++) {
                values[row] -= penalties[row * mask.columns() + t];
            }
        }
        return Rewards.of(values, applicable);
    }

    /**
     * Rewards on tokens.
     *
     * @return the score on the last trained token of each row, less the penalty of each token
     */
    public TokenRewards tokenRewards() {
        TokenRewards ends = TokenRewards.atLastToken(mask, outcomes);
        double[] values = new double[penalties.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = ends.mask().isPolicy(i) ? ends.value(i) - penalties[i] : 0;
        }
        return TokenRewards.of(ends.mask(), values);
    }

    /**
     * A part of the scores.
     *
     * @param name of the component
     * @return its values; not applicable where a row is not usable or its score lacks the component
     */
    public Rewards component(String name) {
        double[] values = new double[rows.size()];
        boolean[] applicable = new boolean[values.length];
        for (int row = 0; row < values.length; row++) {
            Optional<Double> part =
                    Optional.ofNullable(rows.get(row).score().components().get(name));
            applicable[row] = part.isPresent() && outcomes.isApplicable(row);
            values[row] = part.orElse(0.0);
        }
        return Rewards.of(values, applicable);
    }

    /**
     * Which turn each token belongs to.
     *
     * @return the turns, from the places where they begin
     */
    public TurnIndex turns() {
        int[] turns = new int[penalties.length];
        for (int row = 0; row < rows.size(); row++) {
            int[] starts = rows.get(row).sequence().turnStarts();
            int turn = 0;
            for (int t = 0; t < mask.columns(); t++) {
                while (turn + 1 < starts.length && t >= starts[turn + 1]) {
                    turn++;
                }
                turns[row * mask.columns() + t] = turn;
            }
        }
        return TurnIndex.of(mask, turns);
    }

    /**
     * A reward for each turn: what the score says of it, or, where it says nothing of turns, its value on the last; less the penalties of the
     * turn's tokens.
     *
     * @return for each row the rewards of its turns, none where it is not usable
     */
    public double[][] turnRewards() {
        TurnIndex turns = turns();
        double[][] rewards = new double[rows.size()][];
        for (int row = 0; row < rewards.length; row++) {
            rewards[row] = outcomes.isApplicable(row) ? turnRewards(rows.get(row)) : new double[0];
            for (int t = 0; t < mask.columns(); t++) {
                int i = row * mask.columns() + t;
                if (mask.isPolicy(i)) {
                    rewards[row][turns.turn(i)] -= penalties[i];
                }
            }
        }
        return rewards;
    }

    private static double[] turnRewards(TrainingRow row) {
        Score score = row.score();
        int turns = row.sequence().turnStarts().length;
        double[] rewards = new double[turns];
        if (score.perTurn().isEmpty()) {
            if (turns > 0) {
                rewards[turns - 1] = score.value();
            }
            return rewards;
        }
        Check.that(
                score.perTurn().size() == turns,
                "number of turn rewards of a row",
                score.perTurn().size(),
                "must be that of its turns, " + turns,
                "let the reward say one number for each turn of the assistant, or none");
        for (int turn = 0; turn < turns; turn++) {
            rewards[turn] = score.perTurn().get(turn);
        }
        return rewards;
    }
}
