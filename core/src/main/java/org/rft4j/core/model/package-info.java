/**
 * Models: Hugging Face configurations and tensor names of the decoder families, weights in memory, loading and saving.
 *
 * <p>{@link LanguageModel} is a folder of Hugging Face that has been loaded: weights, tokenizer and chat template, to generate, score and
 * save. {@link Checkpoints} loads weights alone and classifiers; {@link LoadOptions} says in which numbers and which options of a
 * configuration may be passed over.
 */
@NullMarked
package org.rft4j.core.model;

import org.jspecify.annotations.NullMarked;
