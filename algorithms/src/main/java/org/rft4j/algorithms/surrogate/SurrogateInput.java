package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossInput;

/**
 * What a surrogate sees.
 *
 * @param batch the micro-batch
 * @param oldLogProbs [B,T], what the ratio is taken against, 0 where the mask is 0; constant
 * @param logRatio [B,T], the log of what stands for new over old probability, 0 where the mask is 0; it carries gradients
 * @param advantages [B,T], 0 where the mask is 0
 */
public record SurrogateInput(LossInput batch, NDArray oldLogProbs, NDArray logRatio, NDArray advantages) {}
