package org.rft4j.core.trainer;

import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.Objective;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Examples that are chosen among what the policy writes, and what becomes of them. */
record SamplePlan(Objective objective, ExampleArrangement<TrajectoryGroup> arrangement) {}
