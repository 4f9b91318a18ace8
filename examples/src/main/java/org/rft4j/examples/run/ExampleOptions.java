package org.rft4j.examples.run;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * What an example is told on its command line: {@code --seed N}, {@code --folder PATH}, {@code --model PATH} and {@code --brief}.
 *
 * @param folder where its run lies; a run that was broken off there goes on
 * @param seed what every random draw follows from
 * @param brief whether it takes just a few steps, so as to show that it runs
 * @param model the folder of a model to take instead of the example's own
 */
public record ExampleOptions(Path folder, long seed, boolean brief, Optional<Path> model) {
    /**
     * Reads the arguments of a command line.
     *
     * @param name the example's name, under which its run lies in {@code runs} unless a folder is given
     * @param args the arguments
     * @return what they say
     * @throws InvalidInputException if one is not known, or lacks its value
     */
    public static ExampleOptions of(String name, String... args) {
        Optional<Path> folder = Optional.empty();
        Optional<Path> model = Optional.empty();
        long seed = 1;
        boolean brief = false;
        Iterator<String> words = Arrays.asList(args).iterator();
        while (words.hasNext()) {
            String word = words.next();
            switch (word) {
                case "--seed" -> seed = number(value(word, words));
                case "--folder" -> folder = Optional.of(Path.of(value(word, words)));
                case "--model" -> model = Optional.of(Path.of(value(word, words)));
                case "--brief" -> brief = true;
                default ->
                    throw new InvalidInputException(
                            "argument",
                            word,
                            "must be one of --seed N, --folder PATH, --model PATH, --brief",
                            "leave it out");
            }
        }
        Path own = Path.of("runs", seed == 1 ? name : name + "-" + seed);
        return new ExampleOptions(folder.orElse(own), seed, brief, model);
    }

    private static String value(String option, Iterator<String> words) {
        Check.that(words.hasNext(), "value of " + option, "missing", "must follow it", "write " + option + " VALUE");
        return words.next();
    }

    private static long number(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new InvalidInputException("--seed", value, "must be a whole number", "write --seed 1");
        }
    }
}
