package org.rft4j.examples.addition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.random.KeyedRandom;

/**
 * The hundred sums of two digits, as questions.
 *
 * @param trained 80 of them
 * @param heldOut the other 20
 */
record Sums(List<TaskRecord> trained, List<TaskRecord> heldOut) {
    private static final String ANSWER = "answer";
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    /** Which sums are held out is the same in every run, whatever its seed. */
    private static final long SPLIT = 17;

    /** 1 if the last number of the answer is the sum, else 0. */
    static final Reward RIGHT = Reward.named("right", Sums::right);

    static Sums divided() {
        List<TaskRecord> all = new ArrayList<>();
        for (int a = 0; a < 10; a++) {
            for (int b = 0; b < 10; b++) {
                Prompt prompt =
                        Prompt.of(ChatMessage.user("What is " + a + " + " + b + "? Answer with the number only."));
                all.add(new TaskRecord(a + "+" + b, prompt, Map.of(ANSWER, a + b)));
            }
        }
        List<TaskRecord> heldOut = new ArrayList<>();
        KeyedRandom random = KeyedRandom.ofSeed(SPLIT).derive("held out");
        for (int i = 0; i < 20; i++) {
            heldOut.add(all.remove((int) (random.uniform(i) * all.size())));
        }
        return new Sums(List.copyOf(all), List.copyOf(heldOut));
    }

    private static Score right(RewardSample sample) {
        Matcher number = NUMBER.matcher(sample.completion());
        String last = "";
        while (number.find()) {
            last = number.group();
        }
        return Score.of(last.equals(sample.task().text(ANSWER)));
    }
}
