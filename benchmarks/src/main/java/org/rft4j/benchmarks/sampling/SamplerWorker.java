package org.rft4j.benchmarks.sampling;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.rft4j.benchmarks.ResidentMemory;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.sampler.SamplerStatistics;

/**
 * This side of {@link SamplerComparison}, driven line by line over standard input, as {@code generation_worker.py} is. Arguments: folder,
 * threads. {@code shares} works as {@code generate} does, with clocks inside, and answers with seconds in all, reading prompts,
 * attention, the rest of the body, head, drawing, and Java.
 */
final class SamplerWorker {
    private final LanguageModel model;
    private int runs;

    private SamplerWorker(LanguageModel model) {
        this.model = model;
    }

    /**
     * Answers commands until the input ends.
     *
     * @param args folder, threads
     * @throws IOException if the input breaks
     */
    public static void main(String[] args) throws IOException {
        EngineOptions options = EngineOptions.onCpu().withThreads(Integer.parseInt(args[1]));
        try (TensorEngine engine = TensorEngine.start(options);
                LanguageModel model = LanguageModel.load(Path.of(args[0]), engine)) {
            SamplerWorker worker = new SamplerWorker(model);
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(worker.answer(line.split(" ")));
            }
        }
    }

    private String answer(String[] command) throws IOException {
        return switch (command[0]) {
            case "generate" -> Double.toString(generate(command, false).seconds());
            case "shares" -> shares(generate(command, true));
            case "rss" -> Long.toString(ResidentMemory.now());
            case "peak" -> Long.toString(ResidentMemory.peak());
            case "reset" -> {
                ResidentMemory.resetPeak();
                yield "0";
            }
            default -> throw new IllegalArgumentException(command[0]);
        };
    }

    private record Run(double seconds, SamplerStatistics.Times times) {}

    private static String shares(Run run) {
        SamplerStatistics.Times times = run.times();
        double body = times.writing() - times.attention() - times.head() - times.drawing();
        StringJoiner line = new StringJoiner(" ");
        for (double seconds : List.of(
                run.seconds(),
                times.reading(),
                times.attention(),
                body,
                times.head(),
                times.drawing(),
                run.seconds() - times.reading() - times.writing())) {
            line.add(Double.toString(seconds));
        }
        return line.toString();
    }

    private Run generate(String[] command, boolean timed) {
        List<SampleRequest> requests = requests(command);
        SamplerOptions settings = SamplerOptions.DEFAULT.withMaxRows(requests.size());
        try (PolicySampler sampler = PolicySampler.of(model, timed ? settings.withTimes() : settings)) {
            long start = System.nanoTime();
            List<Sample> samples = sampler.sample(requests);
            double seconds = (System.nanoTime() - start) * 1e-9;
            for (Sample sample : samples) {
                if (sample.tokens().ids().length != requests.get(0).options().maxNewTokens()) {
                    throw new IllegalStateException("A sample is too short: " + sample);
                }
            }
            return new Run(seconds, sampler.statistics().times());
        }
    }

    private List<SampleRequest> requests(String[] command) {
        int newTokens = Integer.parseInt(command[3]);
        SamplingFilter filter = new SamplingFilter(
                Double.parseDouble(command[5]), Integer.parseInt(command[6]), Double.parseDouble(command[7]), 0, 1);
        SamplingOptions options =
                SamplingOptions.of(newTokens, ++runs).withFilter(filter).withLengths(newTokens, newTokens);
        List<SampleRequest> requests = new ArrayList<>();
        for (int row = 0; row < Integer.parseInt(command[1]); row++) {
            int group = row / Integer.parseInt(command[4]);
            Prompt prompt = Prompt.of(prompt(group, Integer.parseInt(command[2])));
            requests.add(new SampleRequest(SampleKey.of("prompt " + group, row), prompt, options));
        }
        return requests;
    }

    private long[] prompt(int row, int length) {
        long vocabulary = model.weights().config().vocabulary();
        long[] ids = new long[length];
        for (int column = 0; column < length; column++) {
            ids[column] = (row * 7919L + column * 104_729L + 13L * row * column) % vocabulary;
        }
        return ids;
    }
}
