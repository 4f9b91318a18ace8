package org.rft4j.rollout.environment;

import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.engine.Check;

/**
 * A game: guess a number from 1 to N, and hear whether it is higher or lower. All samples of a task in a round guess the same number. A
 * right guess earns 1 less what the turns before it cost; the number is the last one in the turn.
 */
public final class NumberGuessing implements Environment {
    private final int highest;
    private final int maxGuesses;
    private final boolean asConversation;
    private final int secret;
    private int guesses;

    private NumberGuessing(EpisodeStart start, int highest, int maxGuesses) {
        this.highest = highest;
        this.maxGuesses = maxGuesses;
        asConversation = start.task().prompt() instanceof Prompt.Chat;
        secret = 1 + (int) (start.groupRandom().derive("secret").uniform(0) * highest);
    }

    /**
     * The game. The task's prompt is replaced by the rules, as a conversation if it was one.
     *
     * @param highest the highest number
     * @param maxGuesses so many guesses; the rollout must allow as many turns
     * @return makes environments
     */
    public static EnvironmentFactory factory(int highest, int maxGuesses) {
        Check.that(highest > 1, "highest number", highest, "must be at least 2", "use 100");
        Check.that(maxGuesses > 0, "maxGuesses", maxGuesses, "must be positive", "7 suffice for 100 numbers");
        return start -> new NumberGuessing(start, highest, maxGuesses);
    }

    @Override
    public Optional<Prompt> reset() {
        String rules = "I am thinking of a whole number from 1 to " + highest + ". You have " + maxGuesses
                + " guesses. Answer with one number.";
        return Optional.of(asConversation ? Prompt.of(ChatMessage.user(rules)) : Prompt.of(rules + "\n"));
    }

    @Override
    public StepResult step(Action action) {
        guesses++;
        long guess = lastNumber(action.text());
        if (guess == secret) {
            return StepResult.done(1 - (guesses - 1.0) / maxGuesses);
        }
        if (guesses == maxGuesses) {
            return StepResult.done(0);
        }
        String answer = guess < 0
                ? "There is no number in your answer."
                : "The number is " + (guess < secret ? "higher" : "lower") + " than " + guess + ".";
        return StepResult.observe(asConversation ? answer : "\n" + answer + "\n");
    }

    /** The last run of digits as a number; -1 if there is none. Numbers beyond nine digits are as good as infinite. */
    private static long lastNumber(String text) {
        int end = text.length();
        while (end > 0 && !isDigit(text.charAt(end - 1))) {
            end--;
        }
        int begin = end;
        while (begin > 0 && isDigit(text.charAt(begin - 1))) {
            begin--;
        }
        if (begin == end) {
            return -1;
        }
        return end - begin > 9 ? 1_000_000_000L : Long.parseLong(text, begin, end, 10);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
