package org.rft4j.training;

/** What a text is compared with. */
enum Baseline {
    /** The other texts behind the same opening. */
    GROUP,
    /** The text of always the most likely tokens. */
    GREEDY,
    /** What a model of its own expects, which begins with the policy's weights. */
    CRITIC,
    /** What a second head on the policy's body expects. */
    SHARED_CRITIC
}
