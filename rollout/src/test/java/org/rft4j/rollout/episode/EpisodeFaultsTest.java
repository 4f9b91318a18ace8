package org.rft4j.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.rollout.environment.Action;
import org.rft4j.rollout.environment.Environment;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.episode.FaultyEnvironment.Call;
import org.rft4j.rollout.episode.FaultyEnvironment.Fault;
import org.rft4j.rollout.testing.ScriptedSampler;
import org.rft4j.rollout.testing.ScriptedSampler.Line;

/** Environments that break end their own episode, and say why. */
@Timeout(60)
class EpisodeFaultsTest {
    private static final EpisodeOptions OPTIONS =
            Episodes.options(4, 1000).withEnvironments(Duration.ofMillis(100), 2, 64);
    /** Where nothing hangs, however slow the machine. */
    private static final EpisodeOptions PATIENT = Episodes.options(4, 1000);

    @ParameterizedTest
    @CsvSource({
        "CREATE, THROWS, ENVIRONMENT_FAILED, create failed: java.lang.IllegalStateException: it broke, 0, 0",
        "RESET, THROWS, ENVIRONMENT_FAILED, reset failed: java.lang.IllegalStateException: it broke, 0, 1",
        "STEP, THROWS, ENVIRONMENT_FAILED, step failed: java.lang.IllegalStateException: it broke, 1, 1",
        "STEP, THROWS_ERROR, ENVIRONMENT_FAILED, step failed: java.lang.StackOverflowError: it broke, 1, 1",
        "CLOSE, THROWS, DONE, close failed: java.lang.IllegalStateException: it broke, 1, 1",
        "CREATE, HANGS, ENVIRONMENT_HUNG, 'create of the environment of KEY did not come back within 100 ms', 0, 0",
        "RESET, HANGS, ENVIRONMENT_HUNG, 'reset of the environment of KEY did not come back within 100 ms', 0, 1",
        "STEP, HANGS, ENVIRONMENT_HUNG, 'step of the environment of KEY did not come back within 100 ms', 1, 1",
        "STEP, HANGS_DEAF, ENVIRONMENT_HUNG, 'step of the environment of KEY did not come back within 100 ms', 1, 1",
        "CLOSE, HANGS_DEAF, DONE, 'close of the environment of KEY did not come back within 100 ms', 1, 1"
    })
    void aFaultEndsItsEpisode(Call where, Fault fault, EndReason end, String error, int turns, int closed) {
        AtomicInteger timesClosed = new AtomicInteger();
        EnvironmentFactory faulty = FaultyEnvironment.factory(where, fault, timesClosed);
        EnvironmentFactory good = FaultyEnvironment.factory(Call.NONE, fault, new AtomicInteger());
        EnvironmentFactory mixed = start -> (start.key().sample() == 1 ? faulty : good).create(start);
        ScriptedSampler sampler = new ScriptedSampler(Episodes.BYTES, request -> Line.of("hm"));
        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, Episodes.chat(), mixed, OPTIONS)) {
            List<Trajectory> played = rollout.collect(Episodes.requests(Episodes.ask("Go"), 3));
            assertThat(played.get(1).endReason()).isEqualTo(end);
            assertThat(played.get(1).error())
                    .hasValueSatisfying(text -> assertThat(text)
                            .contains(error.replace("KEY", played.get(1).key().toString())));
            assertThat(played.get(1).turns()).hasSize(turns);
            assertThat(timesClosed.get()).isEqualTo(closed);
            for (int other : new int[] {0, 2}) {
                assertThat(played.get(other).endReason()).isEqualTo(EndReason.DONE);
                assertThat(played.get(other).error()).isEmpty();
            }
            boolean hung = fault == Fault.HANGS || fault == Fault.HANGS_DEAF;
            assertThat(rollout.hungCalls()).isEqualTo(hung ? 1 : 0);
        }
    }

    /** An environment that is made too late is closed by the thread that made it. */
    @Test
    void anEnvironmentThatComesTooLateIsClosed() throws InterruptedException {
        AtomicInteger closed = new AtomicInteger();
        EnvironmentFactory late = FaultyEnvironment.factory(Call.CREATE, Fault.HANGS_DEAF, closed);
        Trajectory played = Episodes.play(Episodes.ask("Go"), Episodes.chat(), late, OPTIONS, request -> Line.of("hm"));
        assertThat(played.endReason()).isEqualTo(EndReason.ENVIRONMENT_HUNG);
        for (int i = 0; i < 1000 && closed.get() == 0; i++) {
            Thread.sleep(10);
        }
        assertThat(closed.get()).isEqualTo(1);
    }

    @Test
    void thePoolStaysUsableAndHangingThreadsAreCounted() {
        AtomicInteger closed = new AtomicInteger();
        EnvironmentFactory mixed = start -> FaultyEnvironment.factory(
                        start.key().sample() < 6 ? Call.STEP : Call.NONE, Fault.HANGS_DEAF, closed)
                .create(start);
        ScriptedSampler sampler = new ScriptedSampler(Episodes.BYTES, request -> Line.of("hm"));
        EpisodeOptions options = OPTIONS.withEnvironments(Duration.ofMillis(100), 6, 64);
        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, Episodes.chat(), mixed, options)) {
            List<Trajectory> played = rollout.collect(Episodes.requests(Episodes.ask("Go"), 12));
            assertThat(rollout.hangingThreads()).isBetween(1, 6);
            assertThat(played.subList(0, 6)).allMatch(t -> t.endReason() == EndReason.ENVIRONMENT_HUNG);
            assertThat(played.subList(6, 12)).allMatch(t -> t.endReason() == EndReason.DONE);
            assertThat(closed.get()).isEqualTo(12);
            assertThat(rollout.hungCalls()).isEqualTo(6);
        }
    }

    @Test
    void tooManyHangingThreadsRefuseFurtherCalls() {
        EnvironmentFactory deaf = FaultyEnvironment.factory(Call.STEP, Fault.HANGS_DEAF, new AtomicInteger());
        ScriptedSampler sampler = new ScriptedSampler(Episodes.BYTES, request -> Line.of("hm"));
        EpisodeOptions options =
                OPTIONS.withEnvironments(Duration.ofMillis(100), 1, 2).withConcurrentEpisodes(1);
        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, Episodes.chat(), deaf, options)) {
            List<Trajectory> played = rollout.collect(Episodes.requests(Episodes.ask("Go"), 3));
            assertThat(played).allMatch(t -> t.endReason() == EndReason.ENVIRONMENT_HUNG);
            assertThat(played.get(2).error())
                    .hasValueSatisfying(text -> assertThat(text)
                            .contains(
                                    "was not called, because 2 threads of rft4j-environment hang in calls that heed no"
                                            + " interruption"));
        }
    }

    @Test
    void nullIsNotAResult() {
        assertFailed(start -> null, "create failed: java.lang.NullPointerException: create returned null");
        assertFailed(start -> (action -> null), "step failed: java.lang.NullPointerException: step returned null");
        assertFailed(
                start -> new Environment() {
                    @Override
                    public Optional<Prompt> reset() {
                        return null;
                    }

                    @Override
                    public StepResult step(Action action) {
                        return StepResult.done(0);
                    }
                },
                "reset failed: java.lang.NullPointerException: reset returned null");
    }

    @Test
    void resultsThatSayNothingAreRefused() {
        assertFailed(
                start -> (action -> StepResult.done(Double.NaN)),
                "reward of a step was NaN, must be finite; guard divisions and logarithms in the environment");
        assertFailed(
                start -> (action -> StepResult.observe(new ChatMessage[0])),
                "messages of an observation was none, must be at least one; say StepResult.done(...) where there is"
                        + " nothing to go on with");
        assertFailed(
                start -> (action -> StepResult.observe(ChatMessage.assistant("I"))),
                "role of an observation was assistant, must not be the policy's; let a user or a tool speak");
    }

    @Test
    void observationsThatAreMissingAreRefused() {
        assertFailed(
                start -> (action -> StepResult.observe((String) null)),
                "step failed: java.lang.NullPointerException: text of an observation");
        assertFailed(
                start -> (action -> new StepResult(null, 0, List.of())),
                "step failed: java.lang.NullPointerException: observation");
        Trajectory plain = Episodes.play(
                TaskRecord.of("task", "Q:"),
                EpisodeFormat.text(Episodes.BYTES),
                start -> (action -> StepResult.observe((String) null)),
                PATIENT,
                request -> Line.of("hm"));
        assertThat(plain.endReason()).isEqualTo(EndReason.ENVIRONMENT_FAILED);
        assertThat(plain.turns()).hasSize(1);
    }

    @Test
    void messagesNeedAConversation() {
        Trajectory played = Episodes.play(
                TaskRecord.of("task", "Q:"),
                EpisodeFormat.text(Episodes.BYTES),
                start -> (action -> StepResult.observe(ChatMessage.user("no"))),
                PATIENT,
                request -> Line.of("hm"));
        assertThat(played.endReason()).isEqualTo(EndReason.ENVIRONMENT_FAILED);
        assertThat(played.error())
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("messages of an observation was given in an episode of plain text, must be a text"));
    }

    private static void assertFailed(EnvironmentFactory environments, String error) {
        Trajectory played =
                Episodes.play(Episodes.ask("Go"), Episodes.chat(), environments, PATIENT, request -> Line.of("hm"));
        assertThat(played.endReason()).isEqualTo(EndReason.ENVIRONMENT_FAILED);
        assertThat(played.error()).hasValueSatisfying(text -> assertThat(text).contains(error));
        assertThat(played.trace().length()).isPositive();
    }
}
