package org.rft4j.rewards.run;

/**
 * What a panel's member did with a batch, in samples.
 *
 * @param scored it gave a value
 * @param notApplicable it had nothing to say
 * @param threw it threw, or gave back something unfit
 * @param timedOut it did not come back in time
 * @param mean of its values, 0 if there is none
 */
public record MemberCounts(int scored, int notApplicable, int threw, int timedOut, double mean) {}
