package org.rft4j.core.model;

import java.util.List;

/**
 * What a model wrote.
 *
 * @param text the new tokens' text, special tokens left out
 * @param ids the new tokens, a stop token included
 * @param logProbs of the tokens under the distribution they were drawn from
 * @param ended whether a stop token ended it, rather than the limit
 */
public record Completion(String text, List<Long> ids, List<Double> logProbs, boolean ended) {
    public Completion {
        ids = List.copyOf(ids);
        logProbs = List.copyOf(logProbs);
    }
}
