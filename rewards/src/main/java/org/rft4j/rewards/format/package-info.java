/** Rewards for the form of an answer: tags, patterns, JSON. */
@NullMarked
package org.rft4j.rewards.format;

import org.jspecify.annotations.NullMarked;
