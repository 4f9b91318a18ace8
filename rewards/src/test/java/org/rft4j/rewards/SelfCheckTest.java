package org.rft4j.rewards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.InvalidInputException;

class SelfCheckTest {
    private static final TaskRecord GOOD = TaskRecord.of("good", "2+2?").with("answer", "4");
    private static final TaskRecord BARE = TaskRecord.of("bare", "2+2?");

    /** Accepts what contains the answer; with a flaw that each test chooses. */
    private record Contains(double full, boolean acceptsAll, List<String> right) implements VerifiableReward {
        @Override
        public Score score(RewardSample sample) {
            boolean found =
                    acceptsAll || sample.completion().contains(sample.task().text("answer"));
            return found ? Score.of(full) : Score.of(full - 1);
        }

        @Override
        public List<String> right(TaskRecord task) {
            return right.isEmpty() ? List.of() : List.of(task.text("answer"), right.get(0));
        }

        @Override
        public List<String> wrong(TaskRecord task) {
            return List.of("");
        }

        @Override
        public double fullScore() {
            return full;
        }

        @Override
        public String name() {
            return "contains";
        }
    }

    @Test
    void passesWhereAllIsWell() {
        SelfCheckReport report = SelfCheck.run(new Contains(1, false, List.of("it is 4")), GOOD);
        assertThat(report).isEqualTo(new SelfCheckReport("contains", 1, 0, List.of()));
        assertThat(report.passed()).isTrue();
        report.requirePassed();
    }

    @Test
    void aPenaltyHasFullScoreZero() {
        assertThat(SelfCheck.run(new Contains(0, false, List.of("it is 4")), GOOD)
                        .passed())
                .isTrue();
    }

    @Test
    void namesRightTextsThatDoNotScore() {
        SelfCheckReport report = SelfCheck.run(new Contains(1, false, List.of("four")), List.of(GOOD, GOOD));
        assertThat(report.failures())
                .hasSize(2)
                .contains(new SelfCheckReport.Failure("good", "four", "a right completion scored 0.0, must score 1.0"));
        assertThat(report.failingTasks()).containsExactly("good");
        assertThatThrownBy(report::requirePassed)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "self-check of reward 'contains' was 1 failing of 2 tasks (good: a right completion scored 0.0,"
                                + " must score 1.0; good: a right completion scored 0.0, must score 1.0), must pass for every task;"
                                + " repair or leave out these rows, or choose a reward that can read them");
    }

    @Test
    void namesWrongTextsThatScore() {
        assertThat(SelfCheck.run(new Contains(1, true, List.of("4")), GOOD).failures())
                .containsExactly(new SelfCheckReport.Failure(
                        "good", "", "a wrong completion scored 1.0, must score less than 1.0"));
    }

    @Test
    void namesTasksThatCannotBeReadAndCountsThoseWithNothingToCheck() {
        SelfCheckReport unreadable = SelfCheck.run(new Contains(1, false, List.of("4")), BARE);
        assertThat(unreadable.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.taskId()).isEqualTo("bare");
            assertThat(failure.what()).startsWith("cannot be read: column 'answer' of task bare was absent");
        });
        SelfCheckReport nothing = SelfCheck.run(new Contains(1, false, List.of()), GOOD);
        assertThat(nothing.unchecked()).isEqualTo(1);
        assertThat(nothing.tasks()).isEqualTo(1);
    }

    @Test
    void aScorerThatThrowsOrSaysNothingFails() {
        VerifiableReward throwing = reward(Score.of(1), true);
        assertThat(SelfCheck.run(throwing, GOOD).failures())
                .extracting(SelfCheckReport.Failure::what)
                .containsOnly("scoring failed: java.io.IOException: no disk");
        VerifiableReward silent = reward(Score.notApplicable("no answer"), false);
        assertThat(SelfCheck.run(silent, GOOD).failures())
                .extracting(SelfCheckReport.Failure::what)
                .containsExactly("a right completion scored nothing (not applicable), must score 1.0");
    }

    private static VerifiableReward reward(Score score, boolean throwing) {
        return new VerifiableReward() {
            @Override
            public Score score(RewardSample sample) throws Exception {
                if (throwing) {
                    throw new java.io.IOException("no disk");
                }
                return score;
            }

            @Override
            public List<String> right(TaskRecord task) {
                return List.of("4");
            }

            @Override
            public List<String> wrong(TaskRecord task) {
                return List.of("");
            }
        };
    }

    @Test
    void aRewardThatThrowsFailsItsRowAndNotTheCheck() {
        VerifiableReward broken = new VerifiableReward() {
            @Override
            public Score score(RewardSample sample) {
                return Score.of(0);
            }

            @Override
            public List<String> right(TaskRecord task) {
                throw new IllegalArgumentException("count is negative: -1");
            }

            @Override
            public List<String> wrong(TaskRecord task) {
                return List.of("");
            }
        };
        assertThat(SelfCheck.run(broken, GOOD).failures())
                .extracting(SelfCheckReport.Failure::what)
                .containsExactly("cannot be read: java.lang.IllegalArgumentException: count is negative: -1");
    }
}
