package org.rft4j.core.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.select.PromptEncoder;
import org.rft4j.core.jinja.TemplateException;
import org.rft4j.core.run.Finding;

/** Checks that prompts leave room for answers. */
public final class PromptCheck {
    private static final int NAMED = 3;

    private PromptCheck() {}

    /**
     * Encodes prompts and compares them with what the model can see.
     *
     * @param tasks what is trained on
     * @param encoder makes their tokens
     * @param contextLength how many tokens the model sees
     * @param maxNewTokens how many an answer may have
     * @param most at most so many prompts are encoded, evenly spread over the tasks
     * @return what was seen
     */
    public static Checked lengths(
            Dataset<TaskRecord> tasks, PromptEncoder encoder, int contextLength, int maxNewTokens, int most) {
        int room = contextLength - maxNewTokens;
        if (room < 1) {
            return new Checked(
                    "prompt lengths",
                    "not measured",
                    List.of(Checked.error(
                            "no_room_for_prompts",
                            "maxNewTokens was " + maxNewTokens + ", must be below the context length " + contextLength
                                    + "; allow shorter answers, or load the model with a longer context")));
        }
        Lengths lengths = new Lengths(room);
        int tried = Math.min(Math.max(1, most), tasks.size());
        for (int i = 0; i < tried; i++) {
            lengths.take(tasks.get((int) ((long) i * tasks.size() / tried)), encoder);
        }
        String saw = String.format(
                Locale.ROOT,
                "%d of %d prompts: longest %d tokens, room for %d",
                tried,
                tasks.size(),
                lengths.longest,
                room);
        return new Checked("prompt lengths", saw, lengths.findings(tried));
    }

    private static final class Lengths {
        private final int room;
        private final List<String> tooLong = new ArrayList<>();
        private final List<String> notRendered = new ArrayList<>();
        private int longest;

        Lengths(int room) {
            this.room = room;
        }

        void take(TaskRecord task, PromptEncoder encoder) {
            try {
                int length = encoder.encode(task).length;
                longest = Math.max(longest, length);
                if (length > room) {
                    tooLong.add(task.id() + " (" + length + ")");
                }
            } catch (TemplateException e) {
                notRendered.add(task.id());
            }
        }

        List<Finding> findings(int tried) {
            List<Finding> findings = new ArrayList<>();
            if (!tooLong.isEmpty()) {
                findings.add(
                        found(
                                "prompts_too_long",
                                tooLong,
                                tried,
                                "have more than the " + room
                                        + " tokens that the context leaves beside the answer; drop them with "
                                        + "PromptLengths.drop(...), allow shorter answers, or load the model with a longer context"));
            }
            if (!notRendered.isEmpty()) {
                findings.add(found(
                        "prompts_not_rendered",
                        notRendered,
                        tried,
                        "are refused by the chat template; drop them with PromptLengths.drop(...), or correct them"));
            }
            return findings;
        }

        private static Finding found(String code, List<String> ids, int tried, String text) {
            String share = String.format(Locale.ROOT, "%.1f %%", 100.0 * ids.size() / tried);
            String said = share + " of the prompts, such as those of tasks "
                    + String.join(", ", ids.subList(0, Math.min(NAMED, ids.size()))) + ", " + text;
            return ids.size() == tried ? Checked.error(code, said) : Checked.warning(code, said);
        }
    }
}
