package org.rft4j.examples.ppo;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.ValueModel;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.tokenizer.TokenOffsets;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.examples.story.Openings;
import org.rft4j.examples.story.StoryExam;
import org.rft4j.rollout.episode.EpisodeRollout;

/** Lets a reader see through the eyes of a critic. */
final class Expectations {
    private static final int STORIES = 4;

    /** Expectations that moved by less are not told. */
    private static final double MOVED = 0.1;

    private Expectations() {}

    /** Prints stories with what the critic expects in the end, wherever its expectation has moved. */
    static void show(TensorEngine engine, ValueModel critic, Tokenizer tokenizer, EpisodeRollout rollout) {
        TaskRecord opening = Openings.heldOut().get(0);
        List<Trajectory> stories = rollout.collect(IntStream.range(0, STORIES)
                .mapToObj(sample -> new RolloutRequest(new SampleKey(0, opening.id(), sample, 0), opening))
                .toList());
        System.out.println("What the critic expects, where that moves by 0.1 or more, and what the story earned:");
        try (NativeScope scope = engine.openScope()) {
            float[] values = critic.score(
                            TokenBatch.ofTrajectories(stories),
                            PolicyScoreOptions.DEFAULT.withMemory(ActivationMemory.KEEP_NOTHING),
                            scope.manager())
                    .values()
                    .toFloatArray();
            int columns = values.length / STORIES;
            for (int n = 0; n < STORIES; n++) {
                Trajectory story = stories.get(n);
                String told =
                        told(story.trace(), Arrays.copyOfRange(values, n * columns, (n + 1) * columns), tokenizer);
                System.out.printf(
                        Locale.ROOT, "  %s -> %.2f%n", StoryExam.line(told), WarmWords.share(story.completion()));
            }
        }
        System.out.println();
    }

    /** A value stands at the token that was chosen next, so it is told before that token. */
    static String told(TokenTrace trace, float[] values, Tokenizer tokenizer) {
        int begin = trace.promptLength();
        long[] written = Arrays.copyOfRange(trace.ids(), begin, trace.ids().length);
        StringBuilder told = new StringBuilder();
        double last = Double.NEGATIVE_INFINITY;
        TokenOffsets decoded = tokenizer.offsetsOf(written, true);
        for (int t = 0; t < written.length; t++) {
            if (Math.abs(values[begin + t] - last) >= MOVED) {
                last = values[begin + t];
                told.append(String.format(Locale.ROOT, " [%.2f] ", last));
            }
            CharSpan span = decoded.charsOf(t);
            told.append(decoded.text(), span.start(), span.end());
        }
        return told.toString().strip();
    }
}
