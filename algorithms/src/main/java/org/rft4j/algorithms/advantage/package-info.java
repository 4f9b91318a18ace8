/**
 * Advantage estimators, computed on the host in float64 and uploaded once as one float array.
 *
 * <p>Notation used by every page of this package: {@code N} samples, {@code P} groups (prompts), {@code G} samples in a
 * group, {@code B} rows and {@code T} columns of a token grid, stored row-major in one array of {@code B * T} values. A
 * mask value of 1 marks a token that the policy wrote and that is trained; 0 marks prompt, padding, tool output and
 * forced tokens. {@code std1} divides by {@code n - 1}, {@code std0} by {@code n}.
 *
 * <p>Estimators on samples take {@link org.rft4j.algorithms.advantage.Rewards} and
 * {@link org.rft4j.algorithms.advantage.Groups} and give
 * {@link org.rft4j.algorithms.advantage.SampleAdvantages}, which can be
 * {@linkplain org.rft4j.algorithms.advantage.SampleAdvantages#broadcast broadcast} to tokens. Estimators on tokens take
 * {@link org.rft4j.algorithms.advantage.TokenRewards} and give
 * {@link org.rft4j.algorithms.advantage.TokenAdvantages}.
 *
 * <p>Two rules hold for all of them. A sample whose reward is not applicable is excluded from every statistic, gets
 * advantage 0 and is counted. Where all rewards that a baseline sees are equal the advantage is exactly 0: a rounding
 * residue of the mean is never divided by a small epsilon.
 */
@NullMarked
package org.rft4j.algorithms.advantage;

import org.jspecify.annotations.NullMarked;
