package org.rft4j.rewards.run;

/**
 * What a panel's member did with a batch, in samples.
 *
 * @param scored they have a value; {@link FailurePolicy.WorstScore} gives one to those that failed too
 * @param notApplicable it had nothing to say
 * @param threw it threw, or gave back something unfit
 * @param timedOut it did not come back in time
 * @param mean of all values, 0 if there is none
 */
public record MemberCounts(int scored, int notApplicable, int threw, int timedOut, double mean) {}
