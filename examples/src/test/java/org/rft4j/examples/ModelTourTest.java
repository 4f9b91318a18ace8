package org.rft4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tour keeps what its lines promise. */
class ModelTourTest {
    private static final Pattern LOSS = Pattern.compile("step +\\d+: loss (\\d+\\.\\d+)");

    @Test
    void showsWhatAModelDoes() {
        String output = run("", "Once upon a time", "15");
        assertThat(output)
                .contains("LlamaForCausalLM of 260,032 parameters")
                .contains("context of 512 tokens")
                .contains("greedy: , there was a little girl named Lily")
                .containsPattern("score of \"Once upon a time, a policy met a reward.\": -\\d\\.\\d\\d per token")
                .contains("after training: , a policy met a reward")
                .contains("merged model, loaded again: the same")
                .contains("base and adapter, loaded again: the same");
        List<Double> losses = LOSS.matcher(output)
                .results()
                .map(MatchResult::group)
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        assertThat(losses).hasSize(3);
        assertThat(losses.get(2)).isLessThan(losses.get(0) / 5);
    }

    private static String run(String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
            ModelTour.main(args);
        } finally {
            System.setOut(before);
        }
        return output.toString(StandardCharsets.UTF_8);
    }
}
