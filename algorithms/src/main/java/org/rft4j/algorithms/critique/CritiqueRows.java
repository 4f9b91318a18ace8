package org.rft4j.algorithms.critique;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rft4j.core.reward.Score;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.core.training.TrainingSequence;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.Check;

/** Makes rows of episodes in which an answer was criticised and refined. */
final class CritiqueRows {
    private final CritiqueGrpoOptions options;

    CritiqueRows(CritiqueGrpoOptions options) {
        this.options = options;
    }

    List<TrainingRow> of(TrajectoryGroup group, int number) {
        List<TrainingRow> answers = new ArrayList<>();
        List<TrainingRow> refinements = new ArrayList<>();
        for (ScoredTrajectory member : group.members()) {
            int turns = member.trajectory().turns().size();
            if (turns > 0) {
                TrainingSequence answer = TrainingSequence.turn(member.trajectory(), 0);
                answers.add(new TrainingRow(answer, number, scoreOf(member, 0)));
            }
            if (turns > options.refinementTurn()) {
                TrainingSequence refined =
                        TrainingSequence.underFirstPrompt(member.trajectory(), options.refinementTurn());
                refinements.add(new TrainingRow(refined, number, scoreOf(member, options.refinementTurn())));
            }
        }
        boolean allFailed = answers.stream().noneMatch(this::right);
        return options.combination().wants(allFailed)
                ? options.combination().join(answers, selected(refinements))
                : answers;
    }

    /** The right ones in their order, then the others from the best reward on. */
    private List<TrainingRow> selected(List<TrainingRow> refinements) {
        Comparator<TrainingRow> best = Comparator.comparingDouble(
                row -> right(row) ? Double.NEGATIVE_INFINITY : -row.score().value());
        return refinements.stream()
                .filter(row -> row.usable() && row.trainedTokens() > 0)
                .sorted(best)
                .limit(options.refinements())
                .toList();
    }

    private boolean right(TrainingRow row) {
        return row.usable() && row.score().value() >= options.passMark();
    }

    private static Score scoreOf(ScoredTrajectory member, int turn) {
        Score score = member.score();
        List<Turn> turns = member.trajectory().turns();
        if (!score.applicable()) {
            return score;
        }
        if (score.perTurn().isEmpty()) {
            return turn == turns.size() - 1 ? score : Score.of(turns.get(turn).reward());
        }
        Check.that(
                score.perTurn().size() == turns.size(),
                "number of turn rewards of " + member.trajectory().key(),
                score.perTurn().size(),
                "must be that of its turns, " + turns.size(),
                "let the reward say one number for each turn of the assistant, or none");
        return Score.of(score.perTurn().get(turn));
    }
}
