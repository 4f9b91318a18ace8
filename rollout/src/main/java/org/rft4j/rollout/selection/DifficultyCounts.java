package org.rft4j.rollout.selection;

/**
 * What a difficulty filter has done.
 *
 * @param tooHard tasks that are left out now because they pass too rarely
 * @param tooEasy tasks that are left out now because they pass too often
 * @param passedOver how often a task that was left out would have been selected
 * @param readmitted how often a task that was left out came back
 */
public record DifficultyCounts(int tooHard, int tooEasy, long passedOver, long readmitted) {}
