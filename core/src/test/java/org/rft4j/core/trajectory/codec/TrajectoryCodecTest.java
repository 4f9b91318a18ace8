package org.rft4j.core.trajectory.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

class TrajectoryCodecTest {
    private static final long SEED = Long.getLong("rft4j.fuzz.seed", 20_260_101L);

    /** A small trajectory as it must be written in every version 2, byte by byte. */
    private static final String GOLDEN = "01" // a task is there
            + "000174" // its id: UTF-8, one byte, t
            + "00000178" // its prompt: a text, x
            + "010001610602" // one column: a, an Integer, 2
            + "0705" // round 7, sample 5
            + "03050607" // three ids
            + "02" // of which two are the prompt
            + "0201bf000000ac02" // mask 0 0 1, log-prob -0.5 among 300 tokens
            + "010201000137" // one turn: from token 2, one token, text 7
            + "0009454e445f544f4b454e" // END_TOKEN
            + "3fe000000000000009" // reward 0.5, version 9
            + "010009617373697374616e74" // one message, of the assistant
            + "0103000137" // its content is there: a text, 7
            + "0000000000" // no reasoning, no calls, no call id, no name, no other fields
            + "0004444f4e450000"; // DONE, no feedback, no error

    private static final String TASK = "01" + "000174" + "00000178";

    @Test
    void theFormatStays() {
        TaskRecord task = TaskRecord.of("t", "x").with("a", 2);
        TokenTrace trace = new TokenTrace(
                new long[] {5, 6, 7},
                new boolean[] {false, false, true},
                new float[] {0, 0, -0.5f},
                new int[] {0, 0, 300},
                2);
        Trajectory trajectory = new Trajectory(
                new SampleKey(7, "t", 5, 0),
                task,
                trace,
                List.of(new Turn(2, 1, "7", StopReason.END_TOKEN, 0.5, 9)),
                List.of(ChatMessage.assistant("7")),
                EndReason.DONE,
                List.of(),
                Optional.empty());
        assertThat(HexFormat.of().formatHex(TrajectoryCodec.TRAJECTORY.encode(trajectory)))
                .isEqualTo(GOLDEN);
        assertThat(TrajectoryCodec.TRAJECTORY.decode(HexFormat.of().parseHex(GOLDEN)))
                .isEqualTo(trajectory);
    }

    @Test
    void everythingComesBack() {
        for (int i = 0; i < 1000; i++) {
            TrajectoryGroup group = new Episodes(KeyedRandom.ofSeed(SEED).derive(i)).group();
            byte[] bytes = TrajectoryCodec.GROUP.encode(group);
            TrajectoryGroup decoded = TrajectoryCodec.GROUP.decode(bytes);
            assertThat(decoded).as("group %d of seed %d", i, SEED).isEqualTo(group);
            assertThat(TrajectoryCodec.GROUP.encode(decoded)).as("order too").isEqualTo(bytes);
            Trajectory first = group.members().get(0).trajectory();
            assertThat(TrajectoryCodec.TRAJECTORY.decode(TrajectoryCodec.TRAJECTORY.encode(first)))
                    .isEqualTo(first);
        }
    }

    @Test
    void aTaskIsWrittenOnceInAGroup() {
        TaskRecord task = TaskRecord.of("t", "x".repeat(1000));
        List<ScoredTrajectory> members = IntStream.range(0, 8)
                .mapToObj(i -> new ScoredTrajectory(
                        new Trajectory(
                                SampleKey.of("t", i),
                                TaskRecord.of("t", "x".repeat(1000)),
                                new TokenTrace(new long[1], new boolean[1], new float[1], 1),
                                List.of(),
                                List.of(),
                                EndReason.DONE,
                                List.of(),
                                Optional.empty()),
                        Score.of(1)))
                .toList();
        byte[] bytes = TrajectoryCodec.GROUP.encode(new TrajectoryGroup(members));
        assertThat(bytes.length).isBetween(1000, 1400);
        assertThat(TrajectoryCodec.GROUP.decode(bytes).task()).isEqualTo(task);
    }

    /** Whatever the bytes are: a value, or an {@link InvalidInputException}. */
    @Test
    void damagedBytesAreDecodedOrRefused() {
        int refused = 0;
        int decoded = 0;
        for (int i = 0; i < 6000; i++) {
            KeyedRandom random = KeyedRandom.ofSeed(SEED).derive("damage").derive(i);
            byte[] bytes = damaged(new Episodes(random));
            try {
                TrajectoryCodec.GROUP.decode(bytes);
                decoded++;
            } catch (InvalidInputException e) {
                assertThat(e).hasMessageContainingAll(" was ", ", must ", "; ");
                refused++;
            } catch (Throwable e) {
                throw new AssertionError("bytes " + i + " of seed " + SEED + " ended in " + e, e);
            }
        }
        assertThat(refused).isGreaterThan(1500);
        assertThat(decoded).isGreaterThan(30);
    }

    private static byte[] damaged(Episodes episodes) {
        byte[] bytes = TrajectoryCodec.GROUP.encode(episodes.group());
        int changes = 1 + episodes.below(3);
        for (int i = 0; i < changes; i++) {
            int at = episodes.below(bytes.length);
            switch (episodes.below(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << episodes.below(8));
                case 1 -> bytes[at] = (byte) episodes.below(256);
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + episodes.below(12)), (byte) 0xFF);
                default -> bytes = Arrays.copyOf(bytes, at + 1);
            }
        }
        return bytes;
    }

    @Test
    void sizesThatTheBytesCannotFillAreRefused() {
        assertThatThrownBy(() -> decode("01" + TASK + "00" + "0000" + "ffffffff07"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("encoded trajectory was a count of 2147483647 before 0 bytes, must be as it was written; "
                        + "take an older copy: this one is damaged");
        assertThatThrownBy(() -> decode("ffffffffffffffffff01"))
                .hasMessageContaining("was a count of -1 before 0 bytes,");
        assertThatThrownBy(() -> decode("ffffffffffffffffffff")).hasMessageContaining("was a number without end,");
        assertThatThrownBy(() -> decode("")).hasMessageContaining("was cut off,");
        assertThatThrownBy(() -> decode("0102")).hasMessageContaining("was a flag of 2,");
        assertThatThrownBy(() -> decode("0100")).hasMessageContaining("was without a task,");
        assertThatThrownBy(() -> decode("01010001ff")).hasMessageContaining("was a text that is not UTF-8,");
        assertThatThrownBy(() -> decode("0101000174" + "09")).hasMessageContaining("was a prompt of kind 9,");
        assertThatThrownBy(() -> decode("01" + TASK + "01" + "000161" + "63"))
                .hasMessageContaining("was a value of kind 99,");
        assertThatThrownBy(() -> decode("01" + TASK + "01" + "000161" + "0c00"))
                .hasMessageContaining("was a number without digits,");
        assertThatThrownBy(() -> decode("01" + TASK + "01" + "000161" + "0401".repeat(300) + "00"))
                .hasMessageContaining("was nested deeper than 250,");
        assertThatThrownBy(() -> decode("01" + TASK + "00" + "0000" + "0105" + "01" + "02"))
                .hasMessageContaining("was a mask of another length than the tokens,");
        assertThatThrownBy(() -> decode("01" + TASK + "00" + "0000" + "0105" + "01" + "01" + "0000" + "000158"))
                .hasMessageContaining("was without a known EndReason,");
        assertThatThrownBy(
                        () -> TrajectoryCodec.TRAJECTORY.decode(HexFormat.of().parseHex(GOLDEN + "0000")))
                .hasMessageContaining("was followed by 2 bytes,");
    }

    @Test
    void whatIsNotDataIsNotWritten() {
        ChatMessage message = ChatMessage.user("x").with("when", new Date(0));
        Trajectory trajectory = new Trajectory(
                SampleKey.of("t", 0),
                TaskRecord.of("t", "x"),
                new TokenTrace(new long[1], new boolean[1], new float[1], 1),
                List.of(),
                List.of(message),
                EndReason.DONE,
                List.of(),
                Optional.empty());
        assertThatThrownBy(() -> TrajectoryCodec.TRAJECTORY.encode(trajectory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("value in a task or message was a java.util.Date, must be null, a boolean, number, string, "
                        + "list or map, at most 250 deep; write other values as text");
    }

    @Test
    void rulesJudgeGroups() {
        TrajectoryGroup spread = rewarded(Score.of(1), Score.of(0.25), Score.notApplicable("x"));
        TrajectoryGroup equal = rewarded(Score.of(0.25), Score.notApplicable("x"), Score.of(0.25));
        TrajectoryGroup lonely = rewarded(Score.of(1), Score.notApplicable("x"));
        assertThat(GroupRule.rewardsDiffer().objection(spread)).isEmpty();
        assertThat(GroupRule.rewardsDiffer().objection(equal)).contains("equalRewards");
        assertThat(GroupRule.rewardsDiffer().objection(lonely)).contains("unscored");
        assertThat(GroupRule.hasReward(1).objection(spread)).isEmpty();
        assertThat(GroupRule.hasReward(0.26).objection(equal)).contains("noSuccess");
        assertThat(GroupRule.hasReward(0).objection(rewarded(Score.notApplicable("x"))))
                .contains("noSuccess");
    }

    private static TrajectoryGroup rewarded(Score... scores) {
        return new TrajectoryGroup(IntStream.range(0, scores.length)
                .mapToObj(i -> new ScoredTrajectory(
                        new Trajectory(
                                SampleKey.of("t", i),
                                TaskRecord.of("t", "x").with("m", Map.of()),
                                new TokenTrace(new long[1], new boolean[1], new float[1], 1),
                                List.of(),
                                List.of(),
                                EndReason.DONE,
                                List.of(),
                                Optional.empty()),
                        scores[i]))
                .toList());
    }

    private static TrajectoryGroup decode(String hex) {
        return TrajectoryCodec.GROUP.decode(HexFormat.of().parseHex(hex));
    }
}
