package org.rft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PassingThreadTest {
    @Test
    void workRunsElsewhereAndTheThreadEnds() {
        Thread worker = PassingThread.call(Thread::currentThread);
        assertThat(worker).isNotSameAs(Thread.currentThread());
        assertThat(worker.isAlive()).isFalse();
    }

    @Test
    void whatItThrowsIsThrownHere() {
        assertThatThrownBy(() -> PassingThread.call(() -> {
                    throw new InvalidInputException("file", "gone", "must be there", "look for it");
                }))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("file was gone, must be there; look for it");
        assertThatThrownBy(() -> PassingThread.call(() -> {
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(StackOverflowError.class);
    }

    @Test
    void interruptionIsKeptForLater() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Boolean> seen = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            int result = PassingThread.call(() -> {
                begun.countDown();
                awaitUninterrupted(go);
                return 4;
            });
            seen.complete(result == 4 && Thread.currentThread().isInterrupted());
        });
        caller.start();
        begun.await();
        caller.interrupt();
        go.countDown();
        caller.join();
        assertThat(seen).isCompletedWithValue(true);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("the work itself was interrupted", e);
        }
    }
}
