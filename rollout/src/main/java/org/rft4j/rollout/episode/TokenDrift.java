package org.rft4j.rollout.episode;

import java.util.Arrays;
import java.util.OptionalInt;
import org.rft4j.core.tokenizer.Tokenizer;

/**
 * How the tokens of an episode differ from those that its text would be given if it were encoded anew. It is a number to look at:
 * training uses the tokens that were drawn, whatever an encoding says.
 *
 * @param tokens of the episode
 * @param encodedAgain how many the encoding of their text has
 * @param firstDifference the first token that differs, if one does
 */
public record TokenDrift(int tokens, int encodedAgain, OptionalInt firstDifference) {
    /**
     * Decodes tokens and encodes their text.
     *
     * @param ids the tokens
     * @param tokenizer of the policy
     * @return how the two differ
     */
    public static TokenDrift of(long[] ids, Tokenizer tokenizer) {
        long[] again = tokenizer.encode(tokenizer.decode(ids, false), false).ids();
        int at = Arrays.mismatch(ids, again);
        return new TokenDrift(ids.length, again.length, at < 0 ? OptionalInt.empty() : OptionalInt.of(at));
    }
}
