package org.rft4j.examples.training;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;

/** A small task for a model that tells stories: go on with short words. */
final class ShortWords {
    static final int MAX_NEW_TOKENS = 16;
    private static final int SHORT = 3;
    private static final List<String> BEGINNINGS = List.of(
            "Once upon a time",
            "Lily and Tom",
            "One day, a dog",
            "The little bird",
            "Mum said",
            "In the park",
            "Ben had a ball",
            "The sun was");

    private static final List<String> HELD_OUT =
            List.of("The cat was", "There was a big tree", "Sam and his dad", "One night, the moon");

    private ShortWords() {}

    /** What is trained. */
    static Dataset<TaskRecord> tasks() {
        return Datasets.of(named("story", BEGINNINGS));
    }

    /** What is not trained, to see whether what was learned holds elsewhere. */
    static List<TaskRecord> heldOut() {
        return named("held-out", HELD_OUT);
    }

    /** For a look at what was written. */
    static String line(TaskRecord task, String text, double reward) {
        return String.format(Locale.ROOT, "  %.2f  %s |%s", reward, ((Prompt.Text) task.prompt()).text(), text);
    }

    private static List<TaskRecord> named(String name, List<String> beginnings) {
        return IntStream.range(0, beginnings.size())
                .mapToObj(i -> TaskRecord.of(name + "-" + i, beginnings.get(i)))
                .toList();
    }

    /** Which share of the words has at most three letters. */
    static Reward reward() {
        return Reward.named("short-words", sample -> {
            List<String> words = List.of(sample.completion().strip().split("[^A-Za-z]+"));
            return Score.of(
                    words.stream().filter(word -> word.length() <= SHORT).count() / (double) words.size());
        });
    }
}
