/** Rewards that run what a model wrote: unit tests in Python, JavaScript and Java, in processes that see and reach nothing. */
@NullMarked
package org.rft4j.rewards.sandbox;

import org.jspecify.annotations.NullMarked;
