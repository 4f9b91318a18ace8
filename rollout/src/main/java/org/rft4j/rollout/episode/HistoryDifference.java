package org.rft4j.rollout.episode;

import org.rft4j.engine.InvalidInputException;

/**
 * A place where a chat template, or the tokenizer over its text, does not keep what the model saw and wrote before.
 *
 * @param conversation which kind of conversation shows it
 * @param position the first character that differs in the rendered text, or the first token if only the tokens differ
 * @param written what the model saw and wrote, from there on
 * @param renderedAgain what the template makes of it after the next message, from there on
 */
public record HistoryDifference(String conversation, int position, String written, String renderedAgain) {
    InvalidInputException asError() {
        return new InvalidInputException(
                "history of " + conversation + ", rendered again, at " + position,
                "'" + renderedAgain + "' in place of '" + written + "'",
                "must be what the model saw and wrote",
                "use a chat template for training that keeps earlier turns, or accept with keepingTurnsAsWritten() that the"
                        + " policy sees its turns as it wrote them, which a server that renders this template does not show");
    }
}
