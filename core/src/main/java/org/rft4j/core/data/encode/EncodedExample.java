package org.rft4j.core.data.encode;

/**
 * An example as it is trained. The arrays are kept, not copied, and must not be written to.
 *
 * @param ids its tokens
 * @param trained which of them are trained, the first never
 * @param promptTokens how many of them are the prompt's
 * @param cut whether it had more tokens
 * @param apart whether prompt and answer were encoded apart, because their tokens would have merged
 */
public record EncodedExample(long[] ids, boolean[] trained, int promptTokens, boolean cut, boolean apart) {
    /**
     * How many tokens are trained.
     *
     * @return their number
     */
    public int trainedTokens() {
        int count = 0;
        for (boolean one : trained) {
            count += one ? 1 : 0;
        }
        return count;
    }
}
