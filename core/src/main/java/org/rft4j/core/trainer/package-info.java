/** The Trainer: rounds of sampling, scoring and optimiser steps, watched, checkpointed and resumed. */
@NullMarked
package org.rft4j.core.trainer;

import org.jspecify.annotations.NullMarked;
