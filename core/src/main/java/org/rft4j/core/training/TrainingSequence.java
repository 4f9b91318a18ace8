package org.rft4j.core.training;

import java.util.Arrays;
import java.util.Optional;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.Check;

/**
 * Tokens as they are trained. They were drawn under the prompt that they are trained under, or under another one, such as a prompt with a
 * critique that the trained prompt lacks. What the sampler said of the tokens then says nothing of the trained prompt, so that a swapped
 * sequence has no sampler log-probs: whoever wants a ratio must score it anew.
 */
public sealed interface TrainingSequence {
    /**
     * The episode that the tokens come from.
     *
     * @return what happened
     */
    Trajectory source();

    /**
     * The tokens as the policy sees them in training.
     *
     * @return prompt, answers and observations
     */
    long[] ids();

    /**
     * Which of them are trained.
     *
     * @return for each token whether the policy drew it and is to be trained on it
     */
    boolean[] trained();

    /**
     * Where the turns begin.
     *
     * @return places in {@link #ids}, in order
     */
    int[] turnStarts();

    /**
     * Among how many tokens each was drawn.
     *
     * @return one per token, 0 = all, or not known under this prompt
     */
    int[] supportSizes();

    /**
     * What the sampler said of the trained tokens.
     *
     * @return one per token, 0 where it is not trained; empty where they were drawn under another prompt
     */
    Optional<float[]> samplerLogProbs();

    /**
     * An episode as it was sampled.
     *
     * @param source the episode
     * @return all its turns under its own prompt
     */
    static AsSampled of(Trajectory source) {
        return new AsSampled(source);
    }

    /**
     * One turn of an episode under what the policy saw when it wrote the turn.
     *
     * @param source the episode
     * @param turn which of its turns is trained
     * @return the episode up to the end of that turn, of which that turn alone is trained
     */
    static OneTurn turn(Trajectory source, int turn) {
        return new OneTurn(source, turn);
    }

    /**
     * One turn of an episode behind a prompt that the policy did not see when it wrote the turn.
     *
     * @param source the episode
     * @param turn which of its turns is trained
     * @param prompt the tokens that it is trained under
     * @return the turn alone under that prompt
     */
    static PromptSwap swapped(Trajectory source, int turn, long[] prompt) {
        return new PromptSwap(source, turn, prompt);
    }

    /**
     * One turn of an episode behind the prompt with which the episode began, without what was said in between.
     *
     * @param source the episode
     * @param turn which of its turns is trained
     * @return the turn alone under the episode's first prompt
     */
    static PromptSwap underFirstPrompt(Trajectory source, int turn) {
        long[] prompt = Arrays.copyOf(source.trace().ids(), source.trace().promptLength());
        return new PromptSwap(source, turn, prompt);
    }

    private static void requireTurn(Trajectory source, int turn, String what) {
        Check.that(
                turn >= 0 && turn < source.turns().size(),
                what,
                turn,
                "must be one of the episode's " + source.turns().size(),
                "number turns from 0");
    }

    /**
     * An episode as it was sampled.
     *
     * @param source the episode
     */
    record AsSampled(Trajectory source) implements TrainingSequence {
        @Override
        public long[] ids() {
            return source.trace().ids();
        }

        @Override
        public boolean[] trained() {
            return source.trace().trained();
        }

        @Override
        public int[] turnStarts() {
            return source.turns().stream().mapToInt(Turn::firstToken).toArray();
        }

        @Override
        public int[] supportSizes() {
            return source.trace().supportSizes();
        }

        @Override
        public Optional<float[]> samplerLogProbs() {
            return Optional.of(source.trace().logProbs());
        }
    }

    /**
     * A turn under what came before it. What came after it is left out.
     *
     * @param source the episode
     * @param turn which of its turns is trained
     */
    record OneTurn(Trajectory source, int turn) implements TrainingSequence {
        /** Checks that the turn is there. */
        public OneTurn {
            requireTurn(source, turn, "turn that is trained alone");
        }

        @Override
        public long[] ids() {
            return Arrays.copyOf(source.trace().ids(), end());
        }

        @Override
        public boolean[] trained() {
            boolean[] trained = Arrays.copyOf(source.trace().trained(), end());
            Arrays.fill(trained, 0, start(), false);
            return trained;
        }

        @Override
        public int[] turnStarts() {
            return new int[] {start()};
        }

        @Override
        public int[] supportSizes() {
            int[] sizes = Arrays.copyOf(source.trace().supportSizes(), end());
            Arrays.fill(sizes, 0, start(), 0);
            return sizes;
        }

        @Override
        public Optional<float[]> samplerLogProbs() {
            float[] logProbs = Arrays.copyOf(source.trace().logProbs(), end());
            Arrays.fill(logProbs, 0, start(), 0);
            return Optional.of(logProbs);
        }

        private int start() {
            return source.turns().get(turn).firstToken();
        }

        private int end() {
            return start() + source.turns().get(turn).tokens();
        }
    }

    /**
     * A turn behind another prompt.
     *
     * @param source the episode
     * @param turn which of its turns is trained
     * @param prompt the tokens that it is trained under
     */
    record PromptSwap(Trajectory source, int turn, long[] prompt) implements TrainingSequence {
        /** Copies the prompt and checks that the turn is there. */
        public PromptSwap {
            requireTurn(source, turn, "turn of a prompt swap");
            Check.that(
                    prompt.length > 0,
                    "prompt of a prompt swap",
                    "empty",
                    "must hold a token",
                    "begin an empty prompt with the model's start token");
            prompt = prompt.clone();
        }

        @Override
        public long[] prompt() {
            return prompt.clone();
        }

        @Override
        public long[] ids() {
            Turn written = source.turns().get(turn);
            long[] ids = Arrays.copyOf(prompt, prompt.length + written.tokens());
            System.arraycopy(source.trace().ids(), written.firstToken(), ids, prompt.length, written.tokens());
            return ids;
        }

        @Override
        public boolean[] trained() {
            Turn written = source.turns().get(turn);
            boolean[] trained = new boolean[prompt.length + written.tokens()];
            System.arraycopy(source.trace().trained(), written.firstToken(), trained, prompt.length, written.tokens());
            return trained;
        }

        @Override
        public int[] turnStarts() {
            return new int[] {prompt.length};
        }

        @Override
        public int[] supportSizes() {
            return new int[prompt.length + source.turns().get(turn).tokens()];
        }

        @Override
        public Optional<float[]> samplerLogProbs() {
            return Optional.empty();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof PromptSwap swap
                    && source.equals(swap.source)
                    && turn == swap.turn
                    && Arrays.equals(prompt, swap.prompt);
        }

        @Override
        public int hashCode() {
            return 31 * source.hashCode() + Arrays.hashCode(prompt);
        }

        @Override
        public String toString() {
            return "PromptSwap[turn " + turn + " of " + source.key() + " under " + prompt.length + " tokens]";
        }
    }
}
