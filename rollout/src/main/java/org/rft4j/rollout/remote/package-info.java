/** Samples from a model on a server that speaks OpenAI's protocol, and how the server gets new weights. */
@NullMarked
package org.rft4j.rollout.remote;

import org.jspecify.annotations.NullMarked;
