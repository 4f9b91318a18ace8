/**
 * What every built-in reward promises: that it can check itself on a task before anybody trains with it.
 *
 * <p>{@link VerifiableReward} is that promise and {@link SelfCheck} holds it against a data set. The rewards are in the packages beside
 * this one, by what they look at; {@code combine} puts them together, {@code run} asks them about a batch with deadlines, {@code judge} has
 * models speak, {@code guard} watches for rewards that are gamed.
 */
@NullMarked
package org.rft4j.rewards;

import org.jspecify.annotations.NullMarked;
