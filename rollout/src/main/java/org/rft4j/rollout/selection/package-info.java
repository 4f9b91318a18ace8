/** Ways to choose the tasks that are sampled next, and sampling on until enough groups say something. */
@NullMarked
package org.rft4j.rollout.selection;

import org.jspecify.annotations.NullMarked;
