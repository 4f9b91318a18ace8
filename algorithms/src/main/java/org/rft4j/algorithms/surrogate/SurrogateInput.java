package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossInput;

/**
 * What a surrogate sees.
 *
 * @param batch the micro-batch
 * @param logRatio [B,T], the log of what stands for new over old probability, 0 where the mask is 0; it carries gradients
 * @param advantages [B,T], 0 where the mask is 0
 */
public record SurrogateInput(LossInput batch, NDArray logRatio, NDArray advantages) {}
