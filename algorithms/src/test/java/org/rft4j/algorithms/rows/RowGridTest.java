package org.rft4j.algorithms.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.testing.RowBatch;
import org.rft4j.algorithms.testing.RowSpec;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.InvalidInputException;

class RowGridTest {
    private static final RowGrid GRID = RowGrid.of(RowBatch.onPolicy(
                    -1,
                    RowSpec.answer(7, 0.5, 3),
                    RowSpec.answer(2, 0, 2).withScore(Score.notApplicable("no answer is known")),
                    RowSpec.answer(7, 2, 1))
            .rows());

    @Test
    void rowsThatTeachNothingHaveNoTokensAndNoReward() {
        assertThat(GRID.mask().columns()).isEqualTo(4);
        assertThat(GRID.mask().lengths()).containsExactly(3, 0, 1);
        assertThat(GRID.rewards().value(0)).isEqualTo(0.5);
        assertThat(GRID.rewards().isApplicable(1)).isFalse();
        assertThat(GRID.trained())
                .isDeepEqualTo(new boolean[][] {{false, true, true, true}, {false, false, false}, {false, true}});
        assertThat(GRID.groups().count()).isEqualTo(2);
        assertThat(GRID.groups().sample(0, 1)).isEqualTo(2);
    }

    @Test
    void numbersGoInAndOutInTheRowsOwnLengths() {
        double[] flat = GRID.flat(new float[][] {{9, 1, 2, 3}, {9, 9, 9}, {9, 4}});
        assertThat(flat).containsExactly(0, 1, 2, 3, 0, 0, 0, 0, 0, 4, 0, 0);
        assertThat(GRID.column(flat)).isDeepEqualTo(new float[][] {{0, 1, 2, 3}, {0, 0, 0}, {0, 4}});
        assertThat(GRID.spread(new double[] {5, 6, 7})).isDeepEqualTo(new float[][] {{0, 5, 5, 5}, {0, 0, 0}, {0, 7}});
    }

    @Test
    void numbersOfOtherRowsAreRefused() {
        assertThatThrownBy(() -> GRID.flat(new float[2][4]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("rows of token numbers was 2, must be the number of rows 3; "
                        + "pass what models said of the same rows");
        assertThatThrownBy(() -> GRID.flat(new float[3][4]))
                .hasMessage("token numbers of row 1 was 4, must be as many as its tokens 3; "
                        + "pass what models said of the same rows");
        assertThatThrownBy(() -> RowGrid.of(List.of()))
                .hasMessage("rows was none, must be at least one; skip a round without rows");
    }
}
