/** Episodes of one turn or many over a sampler, token in and token out. */
@NullMarked
package org.rft4j.rollout.episode;

import org.jspecify.annotations.NullMarked;
