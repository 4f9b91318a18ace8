package org.rft4j.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.random.KeyedRandom;

/** One sample: its attempts, one after the other, until it ends, in whichever thread. */
final class RemoteHandle implements SampleHandle {
    private final SampleRequest request;
    private final SampleListener listener;
    private final RemoteSampler.Shared shared;
    private final KeyedRandom jitter;
    private final CompletableFuture<Sample> result = new CompletableFuture<>();
    private final Runnable entry = this::enter;
    private final StringBuilder told = new StringBuilder();

    // Guarded by this.
    private boolean ended;
    private int attempts;
    private ServedModels.@Nullable Served served;
    private @Nullable Answer answer;
    private @Nullable Future<?> exchange;
    private @Nullable Future<?> deadline;
    private @Nullable Future<?> pause;
    private Optional<String> lastFailure = Optional.empty();

    RemoteHandle(SampleRequest request, SampleListener listener, RemoteSampler.Shared shared) {
        this.request = request;
        this.listener = listener;
        this.shared = shared;
        this.jitter = request.key().random(request.options().seed()).derive("retry");
    }

    void begin() {
        Duration limit = request.options()
                .timeLimit()
                .orElse(shared.connection().options().timeLimit());
        synchronized (this) {
            if (ended) {
                return;
            }
            deadline = shared.after(Math.max(1, limit.toMillis()), () -> breakOff(StopReason.DEADLINE, null));
        }
        shared.gate().enter(entry);
    }

    private void enter() {
        synchronized (this) {
            if (!ended) {
                served = shared.models().acquire();
            }
        }
        if (served == null) {
            shared.gate().leave();
        } else {
            attempt(served);
        }
    }

    private void attempt(ServedModels.Served model) {
        Answer fresh = new Answer();
        CompletableFuture<HttpResponse<Optional<RemoteException>>> sent;
        synchronized (this) {
            if (ended) {
                return;
            }
            answer = fresh;
            try {
                sent = ask(model, fresh);
            } catch (RuntimeException e) {
                // Not here: whoever left the gate to us has an end of its own to finish, and many may fail in a row.
                RemoteException why = RemoteException.lasting("the request could not be written: " + e);
                pause = shared.after(0, () -> failed(why, model));
                return;
            }
            exchange = sent;
        }
        var unused = sent.whenComplete((response, broken) -> {
            Optional<RemoteException> failure =
                    broken == null ? response.body() : Optional.of(ServerErrors.ofConnection(broken));
            failure.ifPresentOrElse(e -> failed(e, model), () -> succeeded(fresh, model));
        });
    }

    private CompletableFuture<HttpResponse<Optional<RemoteException>>> ask(ServedModels.Served model, Answer fresh) {
        return shared.connection().ask(request, model.name(), new AnswerBody.PieceListener() {
            @Override
            public void piece(JsonNode piece) {
                fresh.add(piece);
                if (shared.connection().options().streaming()) {
                    tell(fresh);
                }
            }

            @Override
            public boolean hasEnded() {
                return fresh.hasEnded();
            }
        });
    }

    /** Only one thread reads an answer, and the next attempt begins after the one before has ended. */
    private void tell(Answer from) {
        synchronized (this) {
            if (ended) {
                return;
            }
        }
        String news = from.news(told);
        if (!news.isEmpty()) {
            told.append(news);
            try {
                listener.written(request.key(), news, from.tokens());
            } catch (RuntimeException e) {
                throw RemoteException.lasting("the listener threw " + e);
            }
        }
    }

    private void succeeded(Answer whole, ServedModels.Served model) {
        try {
            Answer.Snapshot all = whole.snapshot();
            long version = shared.versionOf(model, all);
            Sample sample = Samples.whole(request, shared.connection().options().dialect(), model.name(), all, version);
            tell(whole);
            end(sample);
        } catch (RemoteException e) {
            failed(e, model);
        } catch (RuntimeException e) {
            failed(RemoteException.lasting("the answer could not be read: " + e), model);
        }
    }

    private void failed(RemoteException e, ServedModels.Served model) {
        RetryOptions retry = shared.connection().options().retry();
        String error;
        synchronized (this) {
            if (ended) {
                return;
            }
            String what = shared.connection().withoutKey(e.what());
            lastFailure = Optional.of(what);
            if (e.isPassing() && attempts < retry.retries()) {
                long wait = Math.max(retry.delayMillis(attempts, jitter), e.retryAfterMillis());
                attempts++;
                pause = shared.after(wait, () -> attempt(model));
                return;
            }
            error = attempts == 0 ? what : what + " (asked " + (attempts + 1) + " times)";
        }
        breakOff(StopReason.ERROR, error);
    }

    private void breakOff(StopReason reason, @Nullable String error) {
        Answer.Snapshot all;
        Optional<String> why;
        long version;
        synchronized (this) {
            if (ended) {
                return;
            }
            all = answer == null ? null : answer.snapshot();
            why = error == null && reason == StopReason.DEADLINE ? lastFailure : Optional.ofNullable(error);
            version = shared.versionOf(served == null ? shared.models().current() : served, all);
        }
        end(Samples.broken(request, shared.connection().options().dialect(), all, reason, version, why));
    }

    private void end(Sample sample) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            for (Future<?> open : new Future<?>[] {deadline, pause, exchange}) {
                if (open != null) {
                    open.cancel(true);
                }
            }
        }
        if (served != null) {
            shared.models().release(served);
            shared.gate().leave();
        } else {
            shared.gate().forget(entry);
        }
        result.complete(sample);
        shared.ended(this);
    }

    @Override
    public CompletableFuture<Sample> result() {
        return result.copy();
    }

    @Override
    public void cancel() {
        breakOff(StopReason.CANCELLED, null);
    }
}
