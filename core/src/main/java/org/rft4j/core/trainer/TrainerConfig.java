package org.rft4j.core.trainer;

import org.rft4j.core.training.UpdatePlan;

/** The numbers of a run. */
record TrainerConfig(RunOptions run, UpdatePlan update, Rates rates, Rates criticRates, CheckpointPlan checkpoints) {}
