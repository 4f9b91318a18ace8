package org.rft4j.core.trajectory.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

/** Trajectories, scores and groups. */
final class EpisodeCodec {
    private EpisodeCodec() {}

    static void writeGroup(ByteSink out, TrajectoryGroup group) {
        out.varint(group.members().size());
        TaskRecord before = null;
        for (ScoredTrajectory member : group.members()) {
            writeTrajectory(out, member.trajectory(), before);
            writeScore(out, member.score());
            before = member.trajectory().task();
        }
    }

    static TrajectoryGroup readGroup(ByteSource in) {
        int count = in.count(1);
        List<ScoredTrajectory> members = new ArrayList<>();
        TaskRecord before = null;
        for (int i = 0; i < count; i++) {
            Trajectory trajectory = readTrajectory(in, before);
            members.add(new ScoredTrajectory(trajectory, readScore(in)));
            before = trajectory.task();
        }
        return new TrajectoryGroup(members);
    }

    static void writeTrajectory(ByteSink out, Trajectory trajectory) {
        writeTrajectory(out, trajectory, null);
    }

    static Trajectory readTrajectory(ByteSource in) {
        return readTrajectory(in, null);
    }

    /** A task that equals the one before is not written again. */
    private static void writeTrajectory(ByteSink out, Trajectory trajectory, @Nullable TaskRecord before) {
        out.optional(trajectory.task().equals(before) ? null : trajectory.task(), TaskCodec::write);
        out.varint(trajectory.key().round());
        out.varint(trajectory.key().sample());
        writeTrace(out, trajectory.trace());
        out.list(trajectory.turns(), EpisodeCodec::writeTurn);
        out.list(trajectory.messages(), TaskCodec::writeMessage);
        out.text(trajectory.endReason().name());
        out.list(trajectory.feedback(), EpisodeCodec::writeFeedback);
        out.optional(trajectory.error().orElse(null), ByteSink::text);
    }

    private static Trajectory readTrajectory(ByteSource in, @Nullable TaskRecord before) {
        TaskRecord written = in.optional(TaskCodec::read);
        TaskRecord task = written == null ? before : written;
        if (task == null) {
            throw ByteSource.malformed("without a task");
        }
        return new Trajectory(
                new SampleKey(in.varint(), task.id(), in.integer(), 0),
                task,
                readTrace(in),
                in.list(EpisodeCodec::readTurn),
                in.list(TaskCodec::readMessage),
                in.constant(EndReason.class),
                in.list(EpisodeCodec::readFeedback),
                Optional.ofNullable(in.optional(ByteSource::text)));
    }

    /** The mask as lengths of runs, the first of 0s; log-probs and support sizes of trained tokens only. */
    private static void writeTrace(ByteSink out, TokenTrace trace) {
        TaskCodec.writeIds(out, trace.ids());
        out.varint(trace.promptLength());
        boolean[] trained = trace.trained();
        int begin = 0;
        for (int t = 1; t <= trained.length; t++) {
            if (t == trained.length || trained[t] != trained[t - 1]) {
                out.varint(t - begin);
                begin = t;
            }
        }
        float[] logProbs = trace.logProbs();
        int[] supportSizes = trace.supportSizes();
        for (int t = 0; t < logProbs.length; t++) {
            if (trained[t]) {
                out.bits(logProbs[t]);
                out.varint(supportSizes[t]);
            }
        }
    }

    private static TokenTrace readTrace(ByteSource in) {
        long[] ids = TaskCodec.readIds(in);
        int promptLength = in.integer();
        boolean[] trained = new boolean[ids.length];
        boolean value = false;
        for (int t = 0; t < ids.length; value = !value) {
            long run = in.varint();
            if (run <= 0 || run > ids.length - t) {
                throw ByteSource.malformed("a mask of another length than the tokens");
            }
            Arrays.fill(trained, t, t + (int) run, value);
            t += (int) run;
        }
        float[] logProbs = new float[ids.length];
        int[] supportSizes = new int[ids.length];
        for (int t = 0; t < ids.length; t++) {
            if (trained[t]) {
                logProbs[t] = in.bitsOfFloat();
                supportSizes[t] = in.integer();
            }
        }
        return new TokenTrace(ids, trained, logProbs, supportSizes, promptLength);
    }

    private static void writeTurn(ByteSink out, Turn turn) {
        out.varint(turn.firstToken());
        out.varint(turn.tokens());
        out.text(turn.text());
        out.text(turn.stopReason().name());
        out.bits(turn.reward());
        out.varint(turn.policyVersion());
    }

    private static Turn readTurn(ByteSource in) {
        return new Turn(
                in.integer(), in.integer(), in.text(), in.constant(StopReason.class), in.bitsOfDouble(), in.varint());
    }

    private static void writeScore(ByteSink out, Score score) {
        out.flag(score.applicable());
        out.bits(score.value());
        out.map(score.components(), ByteSink::bits);
        out.list(score.perTurn(), ByteSink::bits);
        out.list(score.perToken(), ByteSink::bits);
        out.list(score.feedback(), EpisodeCodec::writeFeedback);
        out.map(score.diagnostics(), ByteSink::text);
    }

    private static Score readScore(ByteSource in) {
        return new Score(
                in.flag(),
                in.bitsOfDouble(),
                in.map(ByteSource::bitsOfDouble),
                in.list(ByteSource::bitsOfDouble),
                in.list(ByteSource::bitsOfDouble),
                in.list(EpisodeCodec::readFeedback),
                in.map(ByteSource::text));
    }

    private static void writeFeedback(ByteSink out, Feedback feedback) {
        out.text(feedback.text());
        out.text(feedback.polarity().name());
        out.optional(feedback.span().orElse(null), (sink, span) -> {
            sink.varint(span.start());
            sink.varint(span.end());
        });
        out.text(feedback.source());
    }

    private static Feedback readFeedback(ByteSource in) {
        return new Feedback(
                in.text(),
                in.constant(Feedback.Polarity.class),
                Optional.ofNullable(in.optional(source -> new CharSpan(source.integer(), source.integer()))),
                in.text());
    }
}
