package org.rft4j.core.trajectory.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.ToolCall;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.random.KeyedRandom;

/** Trajectories for tests: random ones with everything in them, keyed. */
final class Episodes {
    private static final String[] TEXTS = {"", "a", "\ud83d\ude00", "\ud83d", "\udc00x", "\u0000\n", "\u00e4\u4e2d"};
    private static final double[] NUMBERS = {0, -0.0, 1, -1.5, Double.MIN_VALUE, Double.MAX_VALUE, 1 / 3.0};

    private final KeyedRandom random;
    private long next;

    Episodes(KeyedRandom random) {
        this.random = random;
    }

    TrajectoryGroup group() {
        TaskRecord task = task();
        List<ScoredTrajectory> members = new ArrayList<>();
        int size = 1 + below(4);
        for (int i = 0; i < size; i++) {
            TaskRecord own = below(4) == 0 ? task.with("revision", i) : task;
            members.add(new ScoredTrajectory(trajectory(own, i), score()));
        }
        return new TrajectoryGroup(members);
    }

    private TaskRecord task() {
        return new TaskRecord("task " + text(), prompt(), map(0));
    }

    private Prompt prompt() {
        return switch (below(3)) {
            case 0 -> new Prompt.Text(text());
            case 1 -> new Prompt.Tokens(new long[] {below(9), 1L << below(62)});
            default ->
                new Prompt.Chat(new Conversation(
                        List.of(message(), message()), List.of(new ToolSpec(map(1))), List.of(map(1))));
        };
    }

    private Trajectory trajectory(TaskRecord task, int sample) {
        int length = 1 + below(60);
        int prompt = 1 + below(length);
        long[] ids = new long[length];
        boolean[] trained = new boolean[length];
        float[] logProbs = new float[length];
        int[] supportSizes = new int[length];
        for (int t = 0; t < length; t++) {
            ids[t] = 1L << below(20);
            trained[t] = t >= prompt && below(3) > 0;
            logProbs[t] = trained[t] ? odd(t) : 0;
            supportSizes[t] = trained[t] ? below(3) << below(15) : 0;
        }
        List<Turn> turns = new ArrayList<>();
        for (int t = prompt; t < length && below(4) > 0; t++) {
            StopReason reason = StopReason.values()[below(StopReason.values().length)];
            turns.add(new Turn(t, below(length - t + 1), text(), reason, number(), below(100)));
        }
        return new Trajectory(
                new SampleKey(random.bits(next++) >>> 1, task.id(), sample, 0),
                task,
                new TokenTrace(ids, trained, logProbs, supportSizes, prompt),
                turns,
                List.of(message(), message()),
                EndReason.values()[below(EndReason.values().length)],
                feedback(),
                below(2) == 0 ? Optional.empty() : Optional.of(text()));
    }

    private float odd(int t) {
        return switch (below(6)) {
            case 0 -> -0f;
            case 1 -> -Float.MAX_VALUE;
            case 2 -> -Float.MIN_VALUE;
            case 3 -> Float.MIN_VALUE;
            default -> (float) random.gaussian(next + t);
        };
    }

    private Score score() {
        if (below(5) == 0) {
            return Score.notApplicable(text());
        }
        return Score.of(number())
                .withComponent(text(), number())
                .withComponent("b", number())
                .withPerTurn(List.of(number()))
                .withPerToken(List.of(number(), number()))
                .withFeedback(feedback().toArray(Feedback[]::new))
                .withDiagnostic("why", text());
    }

    private List<Feedback> feedback() {
        Feedback one = new Feedback("!" + text(), Feedback.Polarity.values()[below(3)], Optional.empty(), text());
        return below(2) == 0 ? List.of() : List.of(one, one.at(new CharSpan(below(5), 5 + below(500))));
    }

    private ChatMessage message() {
        ChatMessage plain = ChatMessage.of("role", text());
        return switch (below(4)) {
            case 0 -> plain;
            case 1 -> plain.withReasoning(text()).withContent(new Content.Parts(List.of(map(1), map(1))));
            case 2 ->
                new ChatMessage(
                        "assistant",
                        null,
                        null,
                        List.of(new ToolCall(text(), "f", map(1)), new ToolCall(null, "g", text())),
                        null,
                        null,
                        Map.of());
            default ->
                ChatMessage.tool("id", text(), text()).with("extra", value(0)).with("none", null);
        };
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        int size = below(4);
        for (int i = 0; i < size; i++) {
            map.put(text() + i, value(depth + 1));
        }
        return map;
    }

    private Object value(int depth) {
        return switch (below(depth > 3 ? 10 : 12)) {
            case 0 -> null;
            case 1 -> below(2) == 0;
            case 2 -> (int) random.bits(next++);
            case 3 -> random.bits(next++);
            case 4 -> number();
            case 5 -> (float) number();
            case 6 -> (short) random.bits(next++);
            case 7 -> (byte) random.bits(next++);
            case 8 -> BigInteger.valueOf(random.bits(next++)).pow(3);
            case 9 -> new BigDecimal(BigInteger.valueOf(random.bits(next++)), below(40) - 20);
            case 10 -> List.of(text(), map(depth + 1));
            default -> map(depth + 1);
        };
    }

    private String text() {
        return TEXTS[below(TEXTS.length)] + TEXTS[below(TEXTS.length)];
    }

    private double number() {
        return NUMBERS[below(NUMBERS.length)];
    }

    int below(int bound) {
        return (int) (random.uniform(next++) * bound);
    }
}
