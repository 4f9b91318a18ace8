/** Rewards for answers in JSON: a schema, or values at paths. Text of a model is read within limits. */
@NullMarked
package org.rft4j.rewards.json;

import org.jspecify.annotations.NullMarked;
