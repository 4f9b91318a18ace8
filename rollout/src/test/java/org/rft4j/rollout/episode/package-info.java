/** Tests of episodes over a scripted sampler and over real ones. */
@NullMarked
package org.rft4j.rollout.episode;

import org.jspecify.annotations.NullMarked;
