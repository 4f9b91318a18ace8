package org.rft4j.algorithms.critique;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.algorithms.critique.Episodes.episode;
import static org.rft4j.algorithms.critique.Episodes.group;
import static org.rft4j.algorithms.critique.Episodes.refined;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.reward.Score;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.core.training.TrainingSequence;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.InvalidInputException;

class CritiqueRowsTest {
    private static final CritiqueGrpoOptions PAPER = CritiqueGrpoOptions.paper(16);

    private static final TrajectoryGroup ALL_WRONG =
            group(refined(0, 0, 0), refined(1, 0, 0.5), refined(2, 0, 1), refined(3, 0.5, 1));

    private static final TrajectoryGroup ONE_RIGHT = group(refined(0, 0, 1), refined(1, 1, 0));

    private static List<TrainingRow> rows(CritiqueGrpoOptions options, TrajectoryGroup... groups) {
        return new CritiqueGrpo(options).arrange(List.of(groups));
    }

    private static String told(List<TrainingRow> rows) {
        return String.join(
                " ",
                rows.stream()
                        .map(row -> row.sequence().source().key().sample()
                                + (row.sequence() instanceof TrainingSequence.PromptSwap ? "r" : "")
                                + "=" + row.score().value())
                        .toList());
    }

    /** Samples in training with their rewards, refinements with an r. */
    @ParameterizedTest(name = "{0}, k = {1}")
    @CsvSource({
        "UNION_WHERE_ALL_FAIL, 1, 0=0.0 1=0.0 2=0.0 3=0.5 2r=1.0, 0=0.0 1=1.0",
        "UNION_WHERE_ALL_FAIL, 3, 0=0.0 1=0.0 2=0.0 3=0.5 2r=1.0 3r=1.0 1r=0.5, 0=0.0 1=1.0",
        "UNION, 1, 0=0.0 1=0.0 2=0.0 3=0.5 2r=1.0, 0=0.0 1=1.0 0r=1.0",
        "REPLACE, 1, 2r=1.0 1=0.0 2=0.0 3=0.5, 0r=1.0 1=1.0",
        "REPLACE, 9, 2r=1.0 3r=1.0 1r=0.5 0r=0.0, 0r=1.0 1r=0.0",
        "UNION, 0, 0=0.0 1=0.0 2=0.0 3=0.5, 0=0.0 1=1.0"
    })
    void refinementsJoinTheGroup(Combination combination, int most, String whereAllFail, String whereOneIsRight) {
        CritiqueGrpoOptions options = PAPER.withCombination(combination, most);
        assertThat(told(rows(options, ALL_WRONG))).isEqualTo(whereAllFail);
        assertThat(told(rows(options, ONE_RIGHT))).isEqualTo(whereOneIsRight);
        assertThat(rows(options, ALL_WRONG, ONE_RIGHT))
                .extracting(TrainingRow::group)
                .containsOnly(0, 1);
    }

    @Test
    void withoutARightOneTheBestIsTaken() {
        assertThat(told(rows(PAPER, group(refined(0, 0, 0.2), refined(1, 0, 0.7)))))
                .isEqualTo("0=0.0 1=0.0 1r=0.7");
        assertThat(told(rows(PAPER.withPassMark(0.2), group(refined(0, 0, 0.2), refined(1, 0, 0.7)))))
                .isEqualTo("0=0.0 1=0.0 0r=0.2");
    }

    @Test
    void theFirstAnswerIsTrainedAloneUnderItsOwnPromptWithWhatTheSamplerSaid() {
        TrainingSequence answer = rows(PAPER, ALL_WRONG).get(0).sequence();
        assertThat(answer.ids()).containsExactly(1, 2, 10, 11);
        assertThat(answer.trained()).containsExactly(false, false, true, true);
        assertThat(answer.samplerLogProbs())
                .hasValueSatisfying(said -> assertThat(said).containsExactly(0, 0, -2, -3));
    }

    /** The guard of prompt swaps: what is trained of a refinement knows nothing of the critique. */
    @Test
    void theCritiqueLeavesNoTraceInWhatIsTrained() {
        CritiqueGrpo algorithm = new CritiqueGrpo(PAPER);
        List<TrainingSequence> trained = java.util.stream.Stream.of(
                        new long[] {3, 4, 5}, new long[] {99}, new long[] {7, 7, 7, 7, 7, 7})
                .map(critique -> group(episode(0, Score.of(1), critique, 0, 1)))
                .map(one -> algorithm.arrange(List.of(one)).get(1).sequence())
                .toList();
        for (TrainingSequence refinement : trained) {
            assertThat(refinement.ids()).containsExactly(1, 2, 20, 21);
            assertThat(refinement.trained()).containsExactly(false, false, true, true);
            assertThat(refinement.turnStarts()).containsExactly(2);
            assertThat(refinement.supportSizes()).containsOnly(0).hasSize(4);
            assertThat(refinement.samplerLogProbs()).isEmpty();
        }
    }

    @Test
    void aCritiqueOfThePolicyItselfIsNotTrained() {
        CritiqueGrpoOptions own = PAPER.withRefinementTurn(2);
        long[] observation = {3};
        List<TrainingRow> rows = rows(
                own,
                group(episode(0, Score.of(1), observation, 0.25, 0, 1), episode(1, Score.of(0), observation, 0.5, 0)));
        assertThat(told(rows)).isEqualTo("0=0.25 1=0.5 0r=1.0");
        assertThat(rows.get(0).sequence().ids()).containsExactly(1, 2, 10, 11);
        assertThat(rows.get(2).sequence().ids()).containsExactly(1, 2, 30, 31);
    }

    @Test
    void aPanelsRewardsOfTurnsComeBeforeTheEnvironments() {
        long[] observation = {3};
        Score panel = Score.of(0.9).withPerTurn(List.of(0.3, 0.8));
        assertThat(told(rows(PAPER, group(episode(0, panel, observation, 0, 1)))))
                .isEqualTo("0=0.3 0r=0.8");
        Score wrongSize = Score.of(0.9).withPerTurn(List.of(0.3));
        assertThatThrownBy(() -> rows(PAPER, group(episode(0, wrongSize, observation, 0, 1))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("was 1, must be that of its turns, 2; "
                        + "let the reward say one number for each turn of the assistant, or none");
    }

    /** What an environment gave is the sum of its turns, each of which is worth its own. */
    @Test
    void aRefinementIsNotWorthWhatTheAnswerEarned() {
        Score environment = Score.of(2).withPerTurn(List.of(1.0, 1.0));
        CritiqueGrpoOptions all = PAPER.withCombination(Combination.UNION, 1);
        assertThat(told(rows(all, group(episode(0, environment, new long[] {3}, 1, 1)))))
                .isEqualTo("0=1.0 0r=1.0");
    }

    @Test
    void answersWithoutRefinementAndEpisodesWithoutScoreAreWelcome() {
        long[] observation = {3};
        Score unknown = Score.notApplicable("no reference answer");
        List<TrainingRow> rows =
                rows(PAPER, group(episode(0, Score.of(0.5), observation, 0), episode(1, unknown, observation, 0, 1)));
        assertThat(told(rows)).isEqualTo("0=0.5 1=0.0");
        assertThat(rows).extracting(TrainingRow::usable).containsExactly(true, false);
        assertThat(rows(PAPER, group(episode(0, Score.of(0), observation)))).isEmpty();
    }
}
