package org.rft4j.rewards.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rft4j.rewards.run.DeadlinePool.TimedCall;

class DeadlinePoolTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void callsThatHeedTheirInterruptAreNotHeldAgainstTheRun() throws Exception {
        Callable<Integer> late = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.sleep(100); // tidies up
            }
            return 1;
        };
        try (DeadlinePool pool = new DeadlinePool(8, 0)) {
            List<CallOutcome<Integer>> outcomes = pool.run(Collections.nCopies(32, new TimedCall<>(late, SHORT)));
            assertThat(outcomes).hasSize(32).allMatch(outcome -> outcome instanceof CallOutcome.TimedOut<Integer>);
        }
    }

    @Test
    void closingEndsARunWhoseCallsDoNotHeedIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Callable<Integer> hangs = () -> {
            begun.countDown();
            boolean waiting = true;
            while (waiting) {
                try {
                    never.await();
                    waiting = false;
                } catch (InterruptedException e) {
                    waiting = true;
                }
            }
            return 1;
        };
        DeadlinePool pool = new DeadlinePool(2, 4);
        CompletableFuture<List<CallOutcome<Integer>>> result = runApart(pool, List.of(new TimedCall<>(hangs, LONG)));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        pool.close();
        assertThat(result.get(30, TimeUnit.SECONDS)).hasOnlyElementsOfType(CallOutcome.TimedOut.class);
        assertThat(pool.abandonedThreads()).isEqualTo(1);
        never.countDown();
    }

    @Test
    void permitsComeBackFromCallsThatWereGivenUpAndFromThoseThatThrew() throws Exception {
        Callable<Integer> throwing = () -> {
            throw new StackOverflowError("deep");
        };
        Callable<Integer> late = () -> {
            new CountDownLatch(1).await();
            return 0;
        };
        try (DeadlinePool pool = new DeadlinePool(2, 4)) {
            for (int round = 0; round < 20; round++) {
                List<TimedCall<Integer>> calls = new ArrayList<>();
                calls.add(new TimedCall<>(throwing, LONG));
                calls.add(new TimedCall<>(late, SHORT));
                calls.add(new TimedCall<>(() -> 5, Duration.ofSeconds(Long.MAX_VALUE)));
                List<CallOutcome<Integer>> outcomes = runApart(pool, calls).get(30, TimeUnit.SECONDS);
                assertThat(outcomes.get(0)).isInstanceOf(CallOutcome.Threw.class);
                assertThat(outcomes.get(1)).isInstanceOf(CallOutcome.TimedOut.class);
                assertThat(outcomes.get(2)).isEqualTo(new CallOutcome.Returned<>(5));
            }
        }
    }

    @Test
    void aRunOnAClosedPoolIsRefusedAndLeavesNothingBehind() throws Exception {
        DeadlinePool pool = new DeadlinePool(1, 0);
        pool.close();
        for (int i = 0; i < 2; i++) {
            CompletableFuture<List<CallOutcome<Integer>>> result =
                    runApart(pool, List.of(new TimedCall<>(() -> 5, LONG)));
            assertThat(result)
                    .failsWithin(30, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(java.util.concurrent.RejectedExecutionException.class);
        }
        assertThat(pool.abandonedThreads()).isZero();
    }

    private static <T> CompletableFuture<List<CallOutcome<T>>> runApart(DeadlinePool pool, List<TimedCall<T>> calls) {
        CompletableFuture<List<CallOutcome<T>>> result = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        result.complete(pool.run(calls));
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                })
                .start();
        return result;
    }
}
