package org.rft4j.core.trainer;

import java.util.List;
import java.util.Map;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Sampled and scored groups with numbers about them. */
record CollectedBatch(List<TrajectoryGroup> groups, Map<String, Double> metrics, Map<String, Double> timings) {}
