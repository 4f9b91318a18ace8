package org.rft4j.core.data.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.engine.InvalidInputException;

class HashSplitTest {
    /** Computed by Python's hashlib. */
    private static final String[] FIRST_OF_EVALUATION = {"t5", "t6", "t8", "t15", "t19", "t25"};

    @Test
    void everyRecordIsOnOneSide() {
        HashSplit<TaskRecord> split = HashSplit.byId(tasks(10_000), 0.1, "eval");
        assertThat(split.train().size() + split.evaluation().size()).isEqualTo(10_000);
        assertThat(split.evaluation().size())
                .as("1000 with a standard deviation of 30")
                .isBetween(880, 1120);
        Set<String> both = new HashSet<>(ids(split.train()));
        both.retainAll(ids(split.evaluation()));
        assertThat(both).isEmpty();
    }

    @Test
    void recordsStayWhereTheyAreWhenOthersAreAppended() {
        HashSplit<TaskRecord> before = HashSplit.byId(tasks(300), 0.2, "eval");
        HashSplit<TaskRecord> after = HashSplit.byId(tasks(400), 0.2, "eval");
        assertThat(ids(after.evaluation())).containsAll(ids(before.evaluation()));
        assertThat(ids(after.train())).containsAll(ids(before.train()));
        assertThat(ids(HashSplit.byId(tasks(300), 0.2, "other").evaluation())).isNotEqualTo(ids(before.evaluation()));
        assertThat(ids(before.evaluation())).as("on every machine").startsWith(FIRST_OF_EVALUATION);
    }

    @Test
    void recordsOfTheSameKeyStayTogether() {
        HashSplit<TaskRecord> split = HashSplit.by(tasks(1000), task -> task.text("question"), 0.5, "eval");
        Set<String> questions = questions(split.train());
        assertThat(questions).hasSizeBetween(5, 45);
        questions.retainAll(questions(split.evaluation()));
        assertThat(questions).isEmpty();
    }

    @Test
    void sharesAreChecked() {
        assertThatThrownBy(() -> HashSplit.byId(tasks(3), 1, "eval"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("share for evaluation was 1.0, must be in (0, 1); use 0.1 for a tenth");
    }

    private static Dataset<TaskRecord> tasks(int count) {
        return Datasets.of(IntStream.range(0, count)
                .mapToObj(i -> TaskRecord.of("t" + i, "p").with("question", "q" + i % 50))
                .toList());
    }

    private static List<String> ids(Dataset<TaskRecord> data) {
        return IntStream.range(0, data.size()).mapToObj(i -> data.get(i).id()).toList();
    }

    private static Set<String> questions(Dataset<TaskRecord> data) {
        return IntStream.range(0, data.size())
                .mapToObj(i -> data.get(i).text("question"))
                .collect(Collectors.toSet());
    }
}
