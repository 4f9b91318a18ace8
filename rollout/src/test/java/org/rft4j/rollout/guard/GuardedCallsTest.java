package org.rft4j.rollout.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.engine.InvalidInputException;

@Timeout(60)
class GuardedCallsTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void resultsAndErrorsComeBack() throws Exception {
        try (GuardedCalls calls = new GuardedCalls("test-results", 2, 4)) {
            assertThat(calls.call("one", LONG, () -> 1, late -> {}).result().get())
                    .isEqualTo(1);
            GuardedCall<Integer> failing = calls.call(
                    "two",
                    LONG,
                    () -> {
                        throw new StackOverflowError("deep");
                    },
                    late -> {});
            assertThatThrownBy(() -> failing.result().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("deep");
            String thread = calls.call(
                            "three", LONG, () -> Thread.currentThread().getName(), late -> {})
                    .result()
                    .get();
            assertThat(thread).startsWith("test-results-");
        }
    }

    @Test
    void noMoreCallsRunThanThereAreThreads() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (GuardedCalls calls = new GuardedCalls("test-bound", 3, 4)) {
            List<GuardedCall<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                int number = i;
                all.add(calls.call(
                        "call",
                        LONG,
                        () -> {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            Thread.sleep(5);
                            now.decrementAndGet();
                            return number;
                        },
                        late -> {}));
            }
            for (int i = 0; i < 30; i++) {
                assertThat(all.get(i).result().get()).isEqualTo(i);
            }
        }
        assertThat(most.get()).isBetween(2, 3);
    }

    @Test
    void aHangingCallIsInterruptedAndItsPlaceTaken() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (GuardedCalls calls = new GuardedCalls("test-hang", 1, 4)) {
            GuardedCall<Integer> hanging = calls.call(
                    "the step",
                    SHORT,
                    () -> {
                        try {
                            Thread.sleep(60_000);
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                        }
                        return 1;
                    },
                    late -> {});
            GuardedCall<Integer> next = calls.call("next", LONG, () -> 2, late -> {});
            assertThatThrownBy(() -> hanging.result().get())
                    .hasCauseInstanceOf(HungException.class)
                    .hasMessageContaining("the step did not come back within 50 ms; its thread was interrupted");
            assertThat(next.result().get()).isEqualTo(2);
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(calls.hungCalls()).isEqualTo(1);
            awaitNoneHanging(calls);
        }
    }

    @Test
    void whatHeedsNoInterruptionIsCountedAndThenRefused() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<Integer> late = new ArrayList<>();
        CountDownLatch cameLate = new CountDownLatch(2);
        try (GuardedCalls calls = new GuardedCalls("test-deaf", 2, 2)) {
            for (int i = 0; i < 2; i++) {
                GuardedCall<Integer> deaf = calls.call(
                        "deaf",
                        SHORT,
                        () -> {
                            waitDeaf(release);
                            return 5;
                        },
                        value -> {
                            synchronized (late) {
                                late.add(value);
                            }
                            cameLate.countDown();
                        });
                assertThatThrownBy(() -> deaf.result().get()).hasCauseInstanceOf(HungException.class);
                assertThat(calls.abandonedThreads()).isEqualTo(i + 1);
            }
            assertThatThrownBy(() -> calls.call("one more", LONG, () -> 1, l -> {})
                            .result()
                            .get())
                    .hasMessageContaining(
                            "one more was not called, because 2 threads of test-deaf hang in calls that heed"
                                    + " no interruption; mend what hangs, or allow more of them");
            release.countDown();
            assertThat(cameLate.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(late).containsExactly(5, 5);
            awaitNoneHanging(calls);
            assertThat(calls.call("again", LONG, () -> 3, l -> {}).result().get())
                    .isEqualTo(3);
            assertThat(calls.hungCalls()).isEqualTo(2);
        }
    }

    @Test
    void aCallThatWaitsIsCancelledAndOneThatRunsInterrupted() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        try (GuardedCalls calls = new GuardedCalls("test-interrupt", 1, 2)) {
            GuardedCall<Integer> running = calls.call(
                    "running",
                    LONG,
                    () -> {
                        began.countDown();
                        Thread.sleep(60_000);
                        return 1;
                    },
                    late -> {});
            GuardedCall<Integer> waiting = calls.call("waiting", LONG, () -> 2, late -> {});
            assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
            waiting.interrupt();
            assertThat(waiting.result()).isCancelled();
            running.interrupt();
            assertThatThrownBy(() -> running.result().get()).hasCauseInstanceOf(InterruptedException.class);
            assertThat(calls.call("after", LONG, Thread::interrupted, late -> {})
                            .result()
                            .get())
                    .isFalse();
        }
    }

    @Test
    void aClosedPoolRefuses() {
        GuardedCalls calls = new GuardedCalls("test-closed", 1, 2);
        calls.close();
        assertThatThrownBy(() ->
                        calls.call("a call", LONG, () -> 1, l -> {}).result().get())
                .hasMessageContaining("a call was not called, because test-closed is closed");
        assertThatThrownBy(() -> new GuardedCalls("pool", 0, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("threads of pool was 0, must be positive; one runs calls one after another");
        assertThatThrownBy(() -> new GuardedCalls("pool", 1, 0))
                .hasMessage("mostAbandoned of pool was 0, must be positive; use 64: each hanging thread holds a stack");
    }

    private static void waitDeaf(CountDownLatch release) {
        while (release.getCount() > 0) {
            LockSupport.parkNanos(1_000_000);
            Thread.interrupted();
        }
    }

    private static void awaitNoneHanging(GuardedCalls calls) throws InterruptedException {
        for (int i = 0; i < 1000 && calls.abandonedThreads() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(calls.abandonedThreads()).isZero();
    }
}
