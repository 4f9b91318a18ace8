package org.rft4j.benchmarks.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.random.KeyedRandom;

/** Examples as tokens, so that both sides train the same ones: drawn, since what they say changes neither time nor memory. */
final class ExampleData {
    /** How many batches there are before they come again. */
    private static final int BATCHES = 4;

    private static final int FIRST_TOKEN = 1;
    private static final int FIRST_DRAWN = 3;

    private ExampleData() {}

    /**
     * A line of the file.
     *
     * @param prompt its tokens
     * @param answers one, or the chosen and the rejected one
     */
    record Line(long[] prompt, List<long[]> answers) {}

    /** Writes a file of lines. */
    static Path write(ExampleSettings settings, Path checkpoint) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        int vocabulary = mapper.readTree(checkpoint.resolve("config.json").toFile())
                .get("vocab_size")
                .asInt();
        KeyedRandom random = KeyedRandom.ofSeed(7);
        List<String> lines = new ArrayList<>();
        for (int n = 0; n < BATCHES * settings.units(); n++) {
            KeyedRandom ofLine = random.derive(n);
            long[] prompt = tokens(settings.longest() / 8, vocabulary, ofLine.derive("prompt"));
            prompt[0] = FIRST_TOKEN;
            List<long[]> answers = new ArrayList<>();
            for (int a = 0; a < settings.kind().answers(); a++) {
                KeyedRandom ofAnswer = ofLine.derive("answer").derive(a);
                int cut = (int) (ofAnswer.derive("length").uniform(0) * (settings.longest() / 8.0));
                answers.add(tokens(settings.longest() - prompt.length - cut, vocabulary, ofAnswer));
            }
            lines.add(mapper.writeValueAsString(new Line(prompt, answers)));
        }
        return Files.write(Files.createTempFile("rft4j-examples", ".jsonl"), lines);
    }

    static List<Line> read(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<Line> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(mapper.readValue(line, Line.class));
        }
        return lines;
    }

    private static long[] tokens(int count, int vocabulary, KeyedRandom random) {
        long[] tokens = new long[count];
        for (int t = 0; t < count; t++) {
            tokens[t] = FIRST_DRAWN + (long) (random.uniform(t) * (vocabulary - FIRST_DRAWN));
        }
        return tokens;
    }
}
