package org.rft4j.rewards.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

class CachedRewardTest {
    private static final TaskRecord TASK = TaskRecord.of("t", "2 + 2?");

    private static RewardSample sample(String text) {
        return RewardSample.of(TASK, text);
    }

    @Test
    void equalContentIsScoredOnce() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CachedReward cached = new CachedReward(s -> Score.of(asked.incrementAndGet()), 10);
        assertThat(cached.score(sample("4")).value()).isEqualTo(1);
        assertThat(cached.score(sample("4")).value()).isEqualTo(1);
        assertThat(cached.score(sample("5")).value()).isEqualTo(2);
        assertThat(cached.score(sample("4").cutOff()).value()).isEqualTo(3);
        assertThat(cached.score(RewardSample.of(TASK.with("answer", "4"), "4")).value())
                .isEqualTo(4);
        assertThat(cached.counts()).isEqualTo(new CachedReward.Counts(1, 4));
    }

    @Test
    void whatWasLongestUnusedGivesWay() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CachedReward cached = new CachedReward(s -> Score.of(asked.incrementAndGet()), 2);
        cached.score(sample("a"));
        cached.score(sample("b"));
        cached.score(sample("a"));
        cached.score(sample("c"));
        assertThat(cached.score(sample("a")).value()).isEqualTo(1);
        assertThat(cached.score(sample("b")).value()).isEqualTo(4);
    }

    @Test
    void failuresAreNotKept() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CachedReward cached = new CachedReward(
                s -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new IOException("no answer");
                    }
                    return Score.of(1);
                },
                10);
        assertThatThrownBy(() -> cached.score(sample("4")))
                .isInstanceOf(IOException.class)
                .hasMessage("no answer");
        assertThat(cached.score(sample("4")).value()).isEqualTo(1);
    }

    @Test
    void threadsThatAskTheSameWaitForOneAnswer() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CachedReward cached = new CachedReward(
                s -> {
                    begun.countDown();
                    go.await();
                    return Score.of(asked.incrementAndGet());
                },
                10);
        List<CompletableFuture<Double>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return cached.score(sample("4")).value();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    task -> new Thread(task).start()));
        }
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        go.countDown();
        for (CompletableFuture<Double> answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void aCallThatWasGivenUpFailsOnlyForItsOwner() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        CachedReward cached = new CachedReward(
                s -> {
                    if (asked.incrementAndGet() == 1) {
                        begun.countDown();
                        new CountDownLatch(1).await();
                    }
                    return Score.of(7);
                },
                10);
        CompletableFuture<Throwable> ownersEnd = new CompletableFuture<>();
        Thread owner = new Thread(() -> ownersEnd.complete(endOf(cached)));
        owner.start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Double> other = new CompletableFuture<>();
        Thread waits = new Thread(() -> {
            try {
                other.complete(cached.score(sample("4")).value());
            } catch (Exception e) {
                other.completeExceptionally(e);
            }
        });
        waits.start();
        while (cached.counts().hits() == 0) {
            Thread.sleep(1);
        }
        owner.interrupt();
        assertThat(ownersEnd.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(asked).hasValue(2);
    }

    @Test
    void nobodyWaitsForAHungCallAfterOneHasGivenUpWaiting() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        CachedReward cached = new CachedReward(
                s -> {
                    if (asked.incrementAndGet() == 1) {
                        begun.countDown();
                        go.await();
                    }
                    return Score.of(7);
                },
                10);
        Thread owner = new Thread(() -> endOf(cached));
        owner.start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread waits = new Thread(() -> end.complete(endOf(cached)));
        waits.start();
        waits.interrupt();
        assertThat(end.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(CompletableFuture.supplyAsync(() -> endOf(cached), task -> new Thread(task).start())
                        .get(30, TimeUnit.SECONDS))
                .hasMessage("scored 7.0");
        go.countDown();
    }

    private static Throwable endOf(CachedReward cached) {
        try {
            return new IllegalStateException(
                    "scored " + cached.score(sample("4")).value());
        } catch (Exception e) {
            return e;
        }
    }
}
