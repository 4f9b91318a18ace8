package org.rft4j.rollout.episode;

import org.rft4j.core.trajectory.RolloutRequest;

/** An episode before it begins: the tokens of the task's prompt, and those that are forced behind it. */
record PreparedEpisode(int index, RolloutRequest request, long[] prompt, long[] prefix) {}
