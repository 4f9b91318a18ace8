package org.rft4j.algorithms.iterated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.algorithms.iterated.Groups.counts;
import static org.rft4j.algorithms.iterated.Groups.group;
import static org.rft4j.algorithms.iterated.Groups.told;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.reward.Score;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.InvalidInputException;

/** What is chosen of hand-made groups, and what is counted. */
class SelectionTest {
    private static final TokenColumn NUMBER = new TokenColumn("number");

    /** A group of which only two samples say something, another of which one does, one of equals, and one where all failed. */
    private static final List<TrajectoryGroup> MIXED = List.of(
            group(
                    "A",
                    "a",
                    0.1,
                    "b",
                    0.9,
                    "c",
                    "no answer is known",
                    "d",
                    0.4,
                    "e",
                    0.9,
                    "f",
                    EndReason.SAMPLER_FAILED),
            group("B", "a", 0.5, "", 0.7, "b", EndReason.ENVIRONMENT_HUNG),
            group("C", "a", 0.5, "b_x", 0.5, "c", 0.5),
            group("D", "a", EndReason.CANCELLED));

    @Test
    void bestAgainstWorst() {
        ArrangedRows arranged = Selections.rlhfWorkflow().arrange(MIXED);
        assertThat(told(arranged)).containsExactly("0 _Ab", "0 _Aa");
        assertThat(arranged.metrics())
                .isEqualTo(counts("groups", 4, "units", 1, "unusable", 5, "ties", 1, "missing", 2));
    }

    @Test
    void aPenaltyOnLengthCountsTrainedTokens() {
        List<TrajectoryGroup> groups = List.of(
                group("A", "aaaa", 1.0, "b_x_x_x_x", 0.8, "cc", 0.85), group("B", "aa", 0.3, "b", 0.1, "ccc", 0.5));
        ArrangedRows penalised = new BestWorstPair(0.1).arrange(groups);
        assertThat(told(penalised)).startsWith("0 _Ab_x_x_x_x", "0 _Aaaaa");
        assertThat(told(new BestWorstPair(0).arrange(groups))).startsWith("0 _Aaaaa", "0 _Ab_x_x_x_x");
        // 0.3 - 2/5, 0.1 - 1/5, 0.5 - 3/5: equal but for rounding, in eighths exactly
        ArrangedRows equal = new BestWorstPair(0.125).arrange(List.of(group("B", "aa", 0.375, "b", 0.25, "ccc", 0.5)));
        assertThat(equal.rows()).isEmpty();
        assertThat(equal.metrics()).containsEntry("selection/ties", 1.0);
    }

    @Test
    void allPairsThatDiffer() {
        ArrangedRows arranged = new DifferingPairs(0.45).arrange(MIXED);
        assertThat(told(arranged))
                .containsExactly("0 _Ab", "0 _Aa", "1 _Ae", "1 _Aa", "2 _Ab", "2 _Ad", "3 _Ae", "3 _Ad");
        assertThat(arranged.metrics())
                .isEqualTo(counts("groups", 4, "units", 4, "unusable", 5, "ties", 2 + 3, "missing", 2));
        assertThat(told(new DifferingPairs(1).arrange(List.of(group("A", "r", 1, "w", 0, "x", 0, "s", 1)))))
                .containsExactly("0 _Ar", "0 _Aw", "1 _Ar", "1 _Ax", "2 _As", "2 _Aw", "3 _As", "3 _Ax");
    }

    @Test
    void theBestOfEachGroup() {
        ArrangedRows arranged = Selections.raft().arrange(MIXED);
        assertThat(told(arranged)).containsExactly("0 _Ab", "1 _Ba", "2 _Ca");
        assertThat(arranged.metrics())
                .isEqualTo(counts("groups", 4, "units", 3, "unusable", 5, "ties", 2, "missing", 1));
        assertThat(Selections.superHf()).isEqualTo(Selections.raft());
        assertThat(told(Selections.raft().arrange(List.of(group("A", "a", -3, "b", -2)))))
                .containsExactly("0 _Ab");
    }

    /** The numbers of the reference: prompts with 3, 0 and 1 distinct right answers have weights 3/4, 0 and 1/4. */
    @Test
    void allThatPassEachTextOnce() {
        DistinctPassing choice = new DistinctPassing(1, false);
        List<TrajectoryGroup> groups = List.of(
                group("A", "a", 1, "b", 1, "a", 1, "c", 2, "d", 0.99), group("B", "a", 0), group("C", "a", 1, "b", 0));
        ArrangedRows arranged = choice.arrange(groups);
        assertThat(told(arranged)).containsExactly("0 _Aa", "1 _Ab", "2 _Ac", "3 _Ca");
        assertThat(arranged.metrics())
                .isEqualTo(counts("groups", 3, "units", 4, "unusable", 0, "failed", 3, "duplicates", 1, "missing", 1));
        assertThat(choice.arrange(groups).rows()).hasSize(4);
        assertThat(choice.state()).isEmpty();
    }

    @Test
    void textsOfEarlierRoundsAreRememberedIfAsked() {
        DistinctPassing whole = Selections.expertIteration();
        assertThat(whole.arrange(List.of(group("A", "b", 1, "a", 1))).rows()).hasSize(2);
        JsonNode state = whole.state();
        List<TrajectoryGroup> next = List.of(group("A", "a", 1, "c", 1), group("B", "a", 1));
        DistinctPassing restored = new DistinctPassing(1, true);
        restored.restore(state);
        assertThat(restored.state()).isEqualTo(state);
        for (DistinctPassing one : List.of(whole, restored)) {
            ArrangedRows arranged = one.arrange(next);
            assertThat(told(arranged)).containsExactly("0 _Ac", "1 _Ba");
            assertThat(arranged.metrics()).containsEntry("selection/duplicates", 1.0);
        }
        restored.restore(state);
        assertThat(restored.state()).as("nothing stays of what came after").isEqualTo(state);
        List<String> hashes =
                state.required("seen").valueStream().map(JsonNode::asText).toList();
        assertThat(hashes)
                .hasSize(2)
                .isSorted()
                .allSatisfy(hash -> assertThat(hash).hasSize(64));
        assertThatThrownBy(() -> new DistinctPassing(1, false).restore(state))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "saved state of a choice of distinct samples was with samples of earlier rounds, must be without"
                                + " them, as acrossRounds says; go on with acrossRounds of the saved run, or start a new one");
        assertThatThrownBy(() -> restored.restore(JsonNodeFactory.instance.objectNode()))
                .hasMessageStartingWith(
                        "saved state of a choice of distinct samples was without samples of earlier rounds,"
                                + " must be with them");
    }

    @Test
    void wholeGroupsWithTheirRewards() {
        ArrangedRows arranged = new WholeGroups(NUMBER).arrange(MIXED);
        assertThat(told(arranged, NUMBER))
                .containsExactly(
                        "0 _Aa 0.1", "0 _Ab 0.9", "0 _Ad 0.4", "0 _Ae 0.9", "1 _Ca 0.5", "1 _Cb_x 0.5", "1 _Cc 0.5");
        assertThat(arranged.metrics())
                .isEqualTo(counts("groups", 4, "units", 2, "unusable", 5, "ties", 1, "missing", 2));
    }

    /** Letters of prompt and answer; an answer "-" is dropped, one of blanks has no trained token. */
    private static final RowEncoder LETTERS = (of, prompt, answer) -> {
        String said = answer instanceof Answer.Text text
                ? text.text()
                : "m" + ((Answer.Messages) answer).messages().get(0).role().charAt(0);
        String asked = prompt instanceof Prompt.Text text ? text.text() : "P";
        long[] ids = (asked + said).chars().asLongStream().toArray();
        boolean[] trained = new boolean[ids.length];
        for (int t = 1; t < ids.length; t++) {
            trained[t] = ids[t] != ' ';
        }
        return said.equals("-") ? Optional.empty() : Optional.of(new ExampleRow(ids, trained, 0, Map.of()));
    };

    private static Map<String, @Nullable Object> showing(@Nullable Object demonstration) {
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put("gold", demonstration);
        return columns;
    }

    @Test
    void theDemonstrationAgainstWhatThePolicyWrote() {
        ArrangedRows arranged = Selections.spin("gold", LETTERS)
                .arrange(List.of(
                        group(
                                "A",
                                showing("gg"),
                                "a",
                                0,
                                "gg",
                                1,
                                "b",
                                "nobody scored it",
                                "c",
                                EndReason.CANCELLED,
                                "",
                                0),
                        group("B", showing(null), "a", 0),
                        group("C", showing("-"), "a", 0),
                        group("D", showing(" "), "a", 0),
                        group("E", showing(7), "a", 0)));
        assertThat(told(arranged)).containsExactly("0 _Agg", "0 _Aa", "1 _Agg", "1 _Ab", "2 _E7", "2 _Ea");
        assertThat(arranged.metrics())
                .isEqualTo(counts("groups", 5, "units", 3, "unusable", 2, "ties", 1, "missing", 3));
        TaskRecord chat = new TaskRecord(
                "chat",
                new Prompt.Chat(new Conversation(List.of(ChatMessage.user("?")), List.of(), List.of())),
                showing("g"));
        TaskRecord text = new TaskRecord("chat", Prompt.of("P"), Map.of());
        TrajectoryGroup talked = new TrajectoryGroup(List.of(new ScoredTrajectory(
                asked(
                        chat,
                        Groups.sample(text, 0, "x", Score.of(1), EndReason.DONE).trajectory()),
                Score.of(1))));
        assertThat(told(Selections.spin("gold", LETTERS).arrange(List.of(talked))))
                .containsExactly("0 _Pma", "0 _Px");
        assertThatThrownBy(() -> Selections.spin("silver", LETTERS).arrange(List.of(group("A", showing("g"), "a", 0))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "column 'silver' of task task A was absent, must be there, the task has [gold]; name the column of"
                                + " demonstrations; null says that a task has none");
    }

    private static Trajectory asked(TaskRecord task, Trajectory of) {
        return new Trajectory(
                of.key(), task, of.trace(), of.turns(), of.messages(), of.endReason(), of.feedback(), of.error());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refusal(
                        () -> new BestWorstPair(-1),
                        "lengthPenalty was -1.0, must be finite and at least 0; use 0 for none"),
                refusal(
                        () -> new DifferingPairs(0),
                        "leastGap was 0.0, must be finite and above 0; use 1 for rewards of 0 and 1, or a small number"),
                refusal(
                        () -> new DistinctPassing(Double.NaN, true),
                        "passMark was NaN, must be finite; use 1 for rewards of 0 and 1"));
    }

    private static Arguments refusal(Supplier<Object> what, String message) {
        return Arguments.of(what, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refused")
    void whatMakesNoSenseIsRefused(Supplier<Object> what, String message) {
        assertThatThrownBy(what::get).isInstanceOf(InvalidInputException.class).hasMessage(message);
    }
}
