package org.rft4j.examples.critique;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/** The critic says what is missing and nothing else, and the reward is the share of what is there. */
class WishTest {
    private static final double EXACT = 1e-12;

    private final TaskRecord task = TaskRecord.of("task", "Once there was a");

    @Test
    void aStoryWithoutAnythingEarnsNothingAndHearsOfAll() throws Exception {
        String story = " bird. It was sad.";
        Score score = score(story);
        assertThat(score.value()).isZero();
        assertThat(score.feedback())
                .extracting(Feedback::text)
                .containsExactly("'Lily' does not come in", "'dog' does not come in", "'happy' does not come in");
        assertThat(Wish.CRITIC.critique(task, story, score))
                .isEqualTo(" Her name was Lily. She had a dog. They were very happy.");
    }

    @Test
    void whatIsThereIsNotCriticised() throws Exception {
        String story = " girl named Lily. She had a big dog and";
        Score score = score(story);
        assertThat(score.value()).isEqualTo(2.0 / 3, within(EXACT));
        assertThat(Wish.CRITIC.critique(task, story, score)).isEqualTo(" They were very happy.");
    }

    @Test
    void aStoryWithAllIsRight() throws Exception {
        String story = " happy dog named Lily.";
        Score score = score(story);
        assertThat(score.value()).isEqualTo(1);
        assertThat(score.feedback()).isEmpty();
        assertThat(Wish.missing(story)).isEmpty();
    }

    private Score score(String story) throws Exception {
        return Wish.REWARD.score(RewardSample.of(task, story));
    }
}
