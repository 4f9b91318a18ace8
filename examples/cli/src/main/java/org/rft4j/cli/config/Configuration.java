package org.rft4j.cli.config;

import org.rft4j.cli.bind.Unwrapped;

/**
 * A run, as its file says it.
 *
 * @param models what is trained, where, and what it is compared with
 * @param learning what it learns from
 * @param run how long, how fast, and where its files are
 */
public record Configuration(
        @Unwrapped ModelsConfig models,
        @Unwrapped LearningConfig learning,
        @Unwrapped RunConfig run) {
    /** Says how examples are encoded, where examples are what is learned from. */
    Configuration complete() {
        return learning.algorithm().make() instanceof Recipe.Offline
                ? new Configuration(models, learning.encoded(), run.encoded())
                : this;
    }
}
