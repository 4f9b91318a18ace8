package org.rft4j.examples.critique;

import java.util.List;
import java.util.stream.Collectors;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.rollout.environment.Critic;

/**
 * Something that a story should tell.
 *
 * @param word the word that must come in
 * @param hint what a critic says if it does not
 */
record Wish(String word, String hint) {
    /**
     * The critic's words are those of a story. A model of 260,000 parameters that was made to write stories understands nothing else; a
     * chat model would be told "the story should mention Lily".
     */
    static final List<Wish> ALL = List.of(
            new Wish("Lily", " Her name was Lily."),
            new Wish("dog", " She had a dog."),
            new Wish("happy", " They were very happy."));

    /** The share of wishes that a story fulfils; what is missing is told as feedback. */
    static final Reward REWARD = Reward.named("wishes", sample -> {
        List<Wish> missing = missing(sample.completion());
        Score score = Score.of(1 - missing.size() / (double) ALL.size());
        for (Wish wish : missing) {
            score = score.withFeedback(Feedback.negative("'" + wish.word + "' does not come in", "wishes"));
        }
        return score;
    });

    /** Reads a story and says what is missing, and only that. */
    static final Critic CRITIC =
            (task, answer, score) -> missing(answer).stream().map(Wish::hint).collect(Collectors.joining());

    /** What a story does not tell. */
    static List<Wish> missing(String story) {
        return ALL.stream().filter(wish -> !story.contains(wish.word)).toList();
    }
}
