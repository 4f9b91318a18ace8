/**
 * Records of data sets: the task that a prompt, its rewards and its environment are about, and what other methods learn from.
 *
 * <p>{@link TaskRecord} is what a policy is asked, with all columns of its row; {@link PromptCompletion}, {@link Preference}, {@link
 * UnpairedPreference} and {@link LanguageModeling} are examples to learn from. A {@link Dataset} is a list of them that may lie in a file.
 * Reading files is in {@code load} and {@code rows}, orders and mixtures in {@code stream}, making tokens of examples in {@code encode}.
 */
@NullMarked
package org.rft4j.core.data;

import org.jspecify.annotations.NullMarked;
