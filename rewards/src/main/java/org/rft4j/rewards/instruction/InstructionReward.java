package org.rft4j.rewards.instruction;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * Instructions that are kept, as IFEval (arXiv 2311.07911) checks them: the columns {@code instruction_id_list} and {@code kwargs}.
 * Feedback repeats each instruction that is broken; components hold 1 or 0 for each kind.
 *
 * <p>Differences from the released code: words in lists are words, not regular expressions; sentences, words in capitals and languages
 * are told by rules of our own, where it asks NLTK and langdetect. A text whose language cannot be told breaks a language instruction,
 * where there it keeps it.
 *
 * @param mode what a completion must do to earn
 */
public record InstructionReward(Mode mode) implements VerifiableReward {
    /** What a completion must do to earn. */
    public enum Mode {
        /** Keep all instructions: 1 or 0. */
        ALL,
        /** The share of instructions that are kept. */
        SHARE,
        /** As {@link #ALL}, but an instruction also counts as kept if the text keeps it without stars, or its first or last line, as introductions and closing words may break it. */
        ALL_LOOSELY
    }

    /**
     * The instructions of a task.
     *
     * @param task with the columns {@code instruction_id_list} and {@code kwargs}
     * @return one constraint per instruction
     */
    public static List<Constraint> constraints(TaskRecord task) {
        Object ids = task.value("instruction_id_list");
        Object arguments = task.value("kwargs");
        Check.that(
                ids instanceof List<?> a && arguments instanceof List<?> b && a.size() == b.size() && !a.isEmpty(),
                "instruction_id_list and kwargs of task " + task.id(),
                ids + " and " + arguments,
                "must be lists of one length, with an instruction",
                "correct the row");
        List<Constraint> constraints = new ArrayList<>();
        for (int i = 0; i < ((List<?>) ids).size(); i++) {
            Object own = ((List<?>) arguments).get(i);
            constraints.add(ConstraintKinds.of(
                    String.valueOf(((List<?>) ids).get(i)), own instanceof Map<?, ?> map ? map : Map.of()));
        }
        return constraints;
    }

    @Override
    public Score score(RewardSample sample) {
        List<Constraint> constraints = constraints(sample.task());
        List<Feedback> broken = new ArrayList<>();
        Score score = Score.of(0);
        for (Constraint constraint : constraints) {
            boolean kept = !sample.completion().isBlank() && keeps(sample.completion(), constraint);
            double before = score.components().getOrDefault(constraint.id(), 1.0);
            score = score.withComponent(constraint.id(), kept ? before : 0);
            if (!kept) {
                broken.add(Feedback.negative("This instruction is not kept: " + constraint.rule() + ".", name()));
            }
        }
        double share = 1 - (double) broken.size() / constraints.size();
        double value = mode == Mode.SHARE ? share : broken.isEmpty() ? 1 : 0;
        return score.withValue(value).withFeedback(broken.toArray(Feedback[]::new));
    }

    private boolean keeps(String text, Constraint constraint) {
        if (mode != Mode.ALL_LOOSELY) {
            return constraint.kept().test(text);
        }
        return loosely(text).stream()
                .anyMatch(part -> !part.isBlank() && constraint.kept().test(part));
    }

    private static Set<String> loosely(String text) {
        String[] lines = text.split("\\n", -1);
        Set<String> parts = new LinkedHashSet<>();
        for (int first = 0; first <= 1; first++) {
            for (int last = 0; last <= 1; last++) {
                List<String> kept = List.of(lines)
                        .subList(
                                Math.min(first, lines.length),
                                Math.max(Math.min(first, lines.length), lines.length - last));
                String part = first + last == 0 ? text : String.join("\n", kept).strip();
                parts.add(part);
                parts.add(part.replace("*", ""));
            }
        }
        return parts;
    }

    @Override
    public String name() {
        return "instructions";
    }

    /** Of a single instruction; several together may need a text that only a model can write. */
    @Override
    public List<String> right(TaskRecord task) {
        List<Constraint> constraints = constraints(task);
        return constraints.size() == 1 && !constraints.get(0).keeping().isBlank()
                ? List.of(constraints.get(0).keeping())
                : List.of();
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        List<String> wrong = new ArrayList<>(List.of(""));
        constraints(task).forEach(constraint -> wrong.add(constraint.breaking()));
        return wrong;
    }
}
