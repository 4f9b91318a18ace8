package org.rft4j.algorithms.critique;

import java.util.List;
import java.util.stream.Stream;
import org.rft4j.core.training.TrainingRow;

/** How refinements and first answers become one group. */
public enum Combination {
    /** Refinements come on top, and only where no first answer is right: version 6 of the paper. */
    UNION_WHERE_ALL_FAIL {
        @Override
        boolean wants(boolean allFailed) {
            return allFailed;
        }

        @Override
        List<TrainingRow> join(List<TrainingRow> answers, List<TrainingRow> refinements) {
            return Stream.concat(answers.stream(), refinements.stream()).toList();
        }
    },

    /** Refinements come on top of every group. */
    UNION {
        @Override
        boolean wants(boolean allFailed) {
            return true;
        }

        @Override
        List<TrainingRow> join(List<TrainingRow> answers, List<TrainingRow> refinements) {
            return UNION_WHERE_ALL_FAIL.join(answers, refinements);
        }
    },

    /** Refinements take the places of the first answers in every group, whatever those have earned: the released code. */
    REPLACE {
        @Override
        boolean wants(boolean allFailed) {
            return true;
        }

        @Override
        List<TrainingRow> join(List<TrainingRow> answers, List<TrainingRow> refinements) {
            return Stream.concat(refinements.stream(), answers.stream().skip(refinements.size()))
                    .toList();
        }
    };

    /** Whether a group gets refinements. */
    abstract boolean wants(boolean allFailed);

    abstract List<TrainingRow> join(List<TrainingRow> answers, List<TrainingRow> refinements);
}
