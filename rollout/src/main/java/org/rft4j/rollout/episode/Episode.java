package org.rft4j.rollout.episode;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.Check;
import org.rft4j.engine.Rft4jException;
import org.rft4j.rollout.environment.Action;
import org.rft4j.rollout.environment.Environment;
import org.rft4j.rollout.environment.EpisodeStart;
import org.rft4j.rollout.environment.Observation;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.guard.GuardedCall;
import org.rft4j.rollout.guard.HungException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One episode, driven by events. Everything here runs in the thread of the loop; what takes time runs elsewhere and posts its result.
 * At any time the episode waits for one thing: a turn, or a call of its environment.
 */
final class Episode {
    private static final Logger LOG = LoggerFactory.getLogger(Episode.class);

    private static final String TEXT_WITHOUT_TOKENS =
            "the sampler gave a text without its tokens, so that no turn can follow; ask a server with a dialect that has"
                    + " them, such as Dialect.openAi(tokenizer)";

    private final EpisodeSetup setup;
    private final EpisodeHost host;
    private final PreparedEpisode prepared;
    private final CompletableFuture<Void> timer = new CompletableFuture<>();
    private Transcript transcript;
    private Optional<Conversation> conversation = Optional.empty();
    private @Nullable Environment environment;
    private @Nullable GuardedCall<?> running;
    private @Nullable SampleHandle writing;
    /** Why the episode is to end as soon as what it waits for is there. */
    private @Nullable EndReason wanted;

    Episode(EpisodeSetup setup, EpisodeHost host, PreparedEpisode prepared) {
        this.setup = setup;
        this.host = host;
        this.prepared = prepared;
        transcript = new Transcript(prepared.prompt());
    }

    int index() {
        return prepared.index();
    }

    void begin() {
        setup.options().timeLimit().ifPresent(this::startTimer);
        EpisodeStart start = new EpisodeStart(
                prepared.request().key(),
                prepared.request().task(),
                setup.options().sampling().seed());
        call("create", () -> setup.environments().create(start), Episode::closeLate, made -> {
            environment = made;
            if (!endIfWanted()) {
                call("reset", made::reset, nothing -> {}, this::reset);
            }
        });
    }

    /** Cancelled before it could begin. */
    void neverBegan() {
        finish(EndReason.CANCELLED, Optional.empty());
    }

    private void startTimer(Duration limit) {
        CompletableFuture<Void> unused = timer.completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS)
                .thenRun(() -> host.post(() -> stop(EndReason.TIME_LIMIT)));
    }

    /** Hears of a result in the loop's thread. */
    private <T> void when(CompletableFuture<T> result, BiConsumer<T, @Nullable Throwable> event) {
        CompletableFuture<T> unused =
                result.whenComplete((value, error) -> host.post(() -> event.accept(value, error)));
    }

    /** Ends the episode with what there is. A call of the environment that runs is waited for, interrupted if cancelled. */
    void stop(EndReason reason) {
        if (wanted == null) {
            wanted = reason;
        }
        if (writing != null) {
            writing.cancel();
        }
        if (running != null && reason == EndReason.CANCELLED) {
            running.interrupt();
        }
    }

    private static void closeLate(Environment late) {
        try {
            late.close();
        } catch (RuntimeException e) {
            LOG.warn("An environment that came too late could not be closed", e);
        }
    }

    private <T> void call(String what, Callable<T> task, Consumer<T> tooLate, Consumer<T> then) {
        String name = what + " of the environment of " + prepared.request().key();
        Callable<T> checked = () -> Objects.requireNonNull(task.call(), what + " returned null");
        GuardedCall<T> call = setup.calls().call(name, setup.options().environmentDeadline(), checked, tooLate);
        running = call;
        when(call.result(), (value, error) -> {
            running = null;
            if (error == null) {
                then.accept(value);
            } else {
                broken(what, error);
            }
        });
    }

    private void broken(String what, Throwable error) {
        if (wanted == EndReason.CANCELLED) {
            end(EndReason.CANCELLED, null);
        } else if (error instanceof HungException) {
            end(EndReason.ENVIRONMENT_HUNG, error.getMessage());
        } else {
            LOG.debug("{} of an environment failed", what, error);
            end(EndReason.ENVIRONMENT_FAILED, what + " failed: " + error);
        }
    }

    private void reset(Optional<Prompt> ownPrompt) {
        Prompt prompt = ownPrompt.orElse(prepared.request().task().prompt());
        if (ownPrompt.isPresent()) {
            try {
                transcript = new Transcript(setup.format().encode(prompt));
            } catch (Rft4jException e) {
                broken("the prompt of reset", e);
                return;
            }
        }
        if (prompt instanceof Prompt.Chat chat) {
            conversation = Optional.of(chat.conversation());
        }
        transcript.given(prepared.prefix());
        nextTurn();
    }

    private void nextTurn() {
        if (endIfWanted()) {
            return;
        }
        int room = setup.options().maxTokens() - transcript.length();
        if (room <= 0) {
            end(EndReason.TOKEN_LIMIT, null);
            return;
        }
        SamplingOptions sampling = setup.options().sampling();
        int most = Math.min(room, sampling.maxNewTokens());
        SampleRequest request = new SampleRequest(
                prepared.request().key().atTurn(transcript.turns().size()),
                Prompt.of(transcript.ids()),
                sampling.withLengths(Math.min(sampling.minNewTokens(), most), most));
        host.write(this, request);
    }

    private boolean endIfWanted() {
        if (wanted != null) {
            end(wanted, null);
            return true;
        }
        return false;
    }

    /** The turn is on its way. */
    void writing(SampleHandle handle) {
        writing = handle;
        when(handle.result(), (sample, error) -> {
            writing = null;
            if (error == null) {
                wrote(sample);
            } else {
                notWritten(error);
            }
        });
        if (wanted != null) {
            handle.cancel();
        }
    }

    /** The sampler refused the turn, or broke. */
    void notWritten(Throwable error) {
        end(EndReason.SAMPLER_FAILED, "the sampler failed: " + error);
    }

    private void wrote(Sample sample) {
        long[] seen = sample.tokens().prompt();
        if (seen.length > 0 && !Arrays.equals(seen, transcript.ids())) {
            end(
                    EndReason.SAMPLER_FAILED,
                    "the sampler saw a prompt of " + seen.length + " tokens that is not the one of "
                            + transcript.length() + " tokens that it was given, from token "
                            + Arrays.mismatch(seen, transcript.ids()) + " on");
            return;
        }
        Optional<String> unknown = logProbThatIsNone(sample.tokens());
        if (unknown.isPresent()) {
            end(EndReason.SAMPLER_FAILED, unknown.get());
            return;
        }
        int turn = transcript.turns().size();
        String prefix = turn > 0 ? "" : setup.format().tokenizer().decode(prepared.prefix(), true);
        transcript.wrote(sample, prefix + sample.text());
        StopReason stopped = sample.stopReason();
        if (stopped == StopReason.ERROR) {
            end(EndReason.SAMPLER_FAILED, sample.error().orElse("the sampler does not say what broke"));
        } else if (stopped == StopReason.CANCELLED) {
            end(wanted == null ? EndReason.CANCELLED : wanted, null);
        } else if (stopped == StopReason.DEADLINE) {
            end(EndReason.TIME_LIMIT, null);
        } else if (stopped.truncated() && !setup.options().continueCutOffTurns()) {
            end(full(stopped) ? EndReason.TOKEN_LIMIT : EndReason.TURN_CUT_OFF, null);
        } else if (!endIfWanted()) {
            step(new Action(turn, prefix + sample.text(), stopped.truncated()));
        }
    }

    /** Nothing is trained whose log-prob is not known. */
    private static Optional<String> logProbThatIsNone(SampledTokens tokens) {
        float[] logProbs = tokens.logProbs();
        for (int t = 0; t < logProbs.length && tokens.origin() == SampledTokens.Origin.DRAWN; t++) {
            if (!Float.isFinite(logProbs[t])) {
                return Optional.of("the sampler gave token " + t + " of " + logProbs.length + " the log-prob "
                        + logProbs[t] + ", but a token that was drawn has a finite one");
            }
        }
        return Optional.empty();
    }

    private boolean full(StopReason stopped) {
        return stopped == StopReason.CONTEXT_FULL
                || transcript.length() >= setup.options().maxTokens();
    }

    private void step(Action action) {
        Environment acting = Objects.requireNonNull(environment);
        call("step", () -> acting.step(action), nothing -> {}, this::stepped);
    }

    private void stepped(StepResult result) {
        transcript.judged(result.reward(), result.feedback());
        List<Turn> turns = transcript.turns();
        StopReason stopped = turns.get(turns.size() - 1).stopReason();
        if (result.observation().isEmpty()) {
            end(EndReason.DONE, null);
        } else if (endIfWanted()) {
            return;
        } else if (turns.size() >= setup.options().maxTurns()) {
            end(EndReason.TURN_LIMIT, null);
        } else if (full(stopped)) {
            end(EndReason.TOKEN_LIMIT, null);
        } else if (turns.get(turns.size() - 1).tokens() == 0
                && !turns.get(turns.size() - 1).text().isEmpty()) {
            end(EndReason.SAMPLER_FAILED, TEXT_WITHOUT_TOKENS);
        } else {
            observe(result.observation().get(), stopped);
        }
    }

    private void observe(Observation observation, StopReason stopped) {
        List<ChatMessage> said = observation instanceof Observation.Messages messages
                ? messages.messages()
                : List.of(ChatMessage.user(((Observation.Text) observation).text()));
        long[] tokens;
        try {
            tokens = tokens(observation, said, stopped);
        } catch (Rft4jException e) {
            broken("the observation of step", e);
            return;
        }
        if (transcript.length() + tokens.length >= setup.options().maxTokens()) {
            end(EndReason.TOKEN_LIMIT, null);
            return;
        }
        transcript.given(tokens);
        transcript.observed(said);
        nextTurn();
    }

    private long[] tokens(Observation observation, List<ChatMessage> said, StopReason stopped) {
        if (conversation.isEmpty()) {
            Check.that(
                    observation instanceof Observation.Text,
                    "messages of an observation",
                    "given in an episode of plain text",
                    "must be a text",
                    "let the task's prompt be a conversation");
            return setup.format().continuation(((Observation.Text) observation).text());
        }
        long[] ids = transcript.ids();
        OptionalLong end =
                stopped == StopReason.END_TOKEN ? OptionalLong.of(ids[ids.length - 1]) : OptionalLong.empty();
        return setup.format().observation(conversation.get(), transcript.messages(), said, end);
    }

    private void end(EndReason reason, @Nullable String error) {
        timer.cancel(false);
        Environment made = environment;
        if (made == null) {
            finish(reason, Optional.ofNullable(error));
            return;
        }
        Callable<String> close = () -> {
            made.close();
            return "";
        };
        GuardedCall<String> call = setup.calls()
                .call(
                        "close of the environment of " + prepared.request().key(),
                        setup.options().environmentDeadline(),
                        close,
                        nothing -> {});
        when(call.result(), (nothing, broke) -> {
            String both = broke == null ? error : (error == null ? "" : error + "; ") + "close failed: " + broke;
            finish(reason, Optional.ofNullable(both));
        });
    }

    private void finish(EndReason reason, Optional<String> error) {
        host.finished(
                this,
                new Trajectory(
                        prepared.request().key(),
                        prepared.request().task(),
                        transcript.trace(),
                        transcript.turns(),
                        transcript.messages(),
                        reason,
                        transcript.feedback(),
                        error));
    }
}
