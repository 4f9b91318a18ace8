package org.rft4j.rollout.episode;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.rft4j.core.data.Prompt;
import org.rft4j.rollout.environment.Action;
import org.rft4j.rollout.environment.Environment;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.environment.StepResult;

/** Goes wrong in one of its calls. */
final class FaultyEnvironment implements Environment {
    enum Call {
        CREATE,
        RESET,
        STEP,
        CLOSE,
        NONE
    }

    enum Fault {
        THROWS {
            @Override
            void happen() {
                throw new IllegalStateException("it broke");
            }
        },
        THROWS_ERROR {
            @Override
            void happen() {
                throw new StackOverflowError("it broke");
            }
        },
        HANGS {
            @Override
            void happen() {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    throw new IllegalStateException("interrupted", e);
                }
            }
        },
        HANGS_DEAF {
            @Override
            void happen() {
                for (int i = 0; i < 800; i++) {
                    LockSupport.parkNanos(1_000_000);
                    Thread.interrupted();
                }
            }
        };

        abstract void happen();
    }

    final AtomicInteger closed;
    private final Call where;
    private final Fault fault;

    private FaultyEnvironment(Call where, Fault fault, AtomicInteger closed) {
        this.where = where;
        this.fault = fault;
        this.closed = closed;
        at(Call.CREATE);
    }

    static EnvironmentFactory factory(Call where, Fault fault, AtomicInteger closed) {
        return start -> new FaultyEnvironment(where, fault, closed);
    }

    private void at(Call call) {
        if (call == where) {
            fault.happen();
        }
    }

    @Override
    public Optional<Prompt> reset() {
        at(Call.RESET);
        return Optional.empty();
    }

    @Override
    public StepResult step(Action action) {
        at(Call.STEP);
        return StepResult.done(1);
    }

    @Override
    public void close() {
        closed.incrementAndGet();
        at(Call.CLOSE);
    }
}
