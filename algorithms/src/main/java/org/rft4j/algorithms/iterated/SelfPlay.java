package org.rft4j.algorithms.iterated;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;

/**
 * The demonstration of a task against what the policy wrote: SPIN, "Self-Play Fine-Tuning Converts Weak Language Models to Strong Language
 * Models" (arXiv 2401.01335). Meant for DPO whose reference is the policy at the start of the round, which wrote the rejected answer. No
 * reward is asked: a sample whose score is not applicable is taken too.
 *
 * <p>Each sample makes a pair with the demonstration of its task; SPIN draws one. A sample with the tokens of the demonstration is a tie
 * and left out ({@code selection/ties}); a task whose demonstration is null, or dropped by the encoder, has none ({@code
 * selection/missing}), and one without that column is an error. Episodes that failed or have no trained token are left out ({@code
 * selection/unusable}). The chosen row is the encoder's, the rejected one the sampled tokens. Threads may share it if they may share the
 * encoder.
 *
 * @param column of the task, a text that answers its prompt
 * @param encoder makes rows of demonstrations, with the prompt encoded as the rollout does
 */
public record SelfPlay(String column, RowEncoder encoder) implements ExampleArrangement<TrajectoryGroup> {
    @Override
    public ArrangedRows arrange(List<TrajectoryGroup> groups) {
        Choice choice = new Choice(groups.size(), "ties", "missing");
        for (TrajectoryGroup group : groups) {
            Optional<ExampleRow> shown = demonstration(group.task());
            choice.count("missing", shown.isPresent() ? 0 : 1);
            shown.ifPresent(row -> pairs(choice, group, row));
        }
        return choice.arranged();
    }

    private static void pairs(Choice choice, TrajectoryGroup group, ExampleRow shown) {
        for (ScoredTrajectory member : group.members()) {
            Trajectory sampled = member.trajectory();
            if (sampled.endReason().failed() || sampled.trace().trainedTokens() == 0) {
                choice.count("unusable", 1);
            } else if (Arrays.equals(sampled.trace().ids(), shown.ids())) {
                choice.count("ties", 1);
            } else {
                choice.unit(List.of(shown, Choice.row(member)));
            }
        }
    }

    private Optional<ExampleRow> demonstration(TaskRecord task) {
        Check.that(
                task.columns().containsKey(column),
                "column '" + column + "' of task " + task.id(),
                "absent",
                "must be there, the task has " + task.columns().keySet(),
                "name the column of demonstrations; null says that a task has none");
        if (!task.has(column)) {
            return Optional.empty();
        }
        String text = task.text(column);
        Answer answer = task.prompt() instanceof Prompt.Chat ? Answer.of(ChatMessage.assistant(text)) : Answer.of(text);
        return encoder.encode(task, task.prompt(), answer).filter(ExampleRow::hasTrained);
    }
}
