package org.rft4j.examples.ppo;

import java.util.List;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;

/** A story is to warm the heart. */
final class WarmWords {
    /** Beginnings of words, so that "smiled" and "smiling" count as well. */
    private static final List<String> BEGINNINGS =
            List.of("happy", "love", "friend", "fun", "smil", "hug", "laugh", "kind", "nice", "play");

    private static final int WANTED = 4;

    /** How many different ones of them come in, in parts of four; more than four earn no more. */
    static final Reward REWARD = Reward.named("warm_words", sample -> Score.of(share(sample.completion())));

    private WarmWords() {}

    static double share(String story) {
        long different = BEGINNINGS.stream().filter(story::contains).count();
        return Math.min(WANTED, different) / (double) WANTED;
    }
}
