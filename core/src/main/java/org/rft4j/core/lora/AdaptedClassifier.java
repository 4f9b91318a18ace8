package org.rft4j.core.lora;

import org.rft4j.core.model.ClassifierWeights;

/**
 * A sequence classifier with an adapter beside its body. It is saved whole by {@link PeftFolder#saveClassifier}, or as a plain
 * classifier after {@link LoraMerge#forGood(AdaptedClassifier)}.
 *
 * @param base the body without the adapter, and the score matrix that belongs to the adapter
 * @param adapter what stands beside the body
 */
public record AdaptedClassifier(ClassifierWeights base, LoraAdapter adapter) {}
