package org.rft4j.rewards.combine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * Asks a slow reward once for each content: task, messages and tokens. Two threads that ask the same at once wait for one answer. What
 * failed is not kept, and whoever waited for a call that was given up asks for itself. The oldest entries give way. Only for rewards that
 * say the same of the same content.
 */
public final class CachedReward implements Reward {
    private final Reward reward;
    private final Map<RewardSample, FutureTask<Score>> known;
    private long hits;
    private long misses;

    /**
     * A cache in front of a reward.
     *
     * @param reward the slow one
     * @param most how many scores are kept
     */
    public CachedReward(Reward reward, int most) {
        Check.that(most > 0, "most entries of the cache", most, "must be positive", "use 10000");
        this.reward = reward;
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<RewardSample, FutureTask<Score>> eldest) {
                return size() > most;
            }
        };
    }

    /**
     * How often the cache knew the answer.
     *
     * @param hits answers that were known or on their way
     * @param misses answers for which the reward was asked
     */
    public record Counts(long hits, long misses) {}

    @Override
    public Score score(RewardSample sample) throws Exception {
        FutureTask<Score> mine = new FutureTask<>(() -> reward.score(sample));
        while (true) {
            FutureTask<Score> answer = enter(sample, mine);
            if (answer == mine) {
                mine.run();
            }
            try {
                return answer.get();
            } catch (InterruptedException e) {
                forget(sample, answer); // it may never come: the next one must not wait for it as well
                throw e;
            } catch (ExecutionException e) {
                forget(sample, answer);
                boolean anothersInterrupt = answer != mine && e.getCause() instanceof InterruptedException;
                if (!anothersInterrupt) {
                    throw e.getCause() instanceof Exception cause ? cause : e;
                }
            }
        }
    }

    /**
     * What the cache did so far.
     *
     * @return its counts
     */
    public synchronized Counts counts() {
        return new Counts(hits, misses);
    }

    @Override
    public String name() {
        return reward.name();
    }

    private synchronized FutureTask<Score> enter(RewardSample sample, FutureTask<Score> mine) {
        FutureTask<Score> there = known.get(sample);
        if (there != null) {
            hits++;
            return there;
        }
        misses++;
        known.put(sample, mine);
        return mine;
    }

    private synchronized void forget(RewardSample sample, FutureTask<Score> answer) {
        known.remove(sample, answer);
    }
}
