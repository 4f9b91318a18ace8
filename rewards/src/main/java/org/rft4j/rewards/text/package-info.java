/** Rewards for which words, characters and language a text is made of. */
@NullMarked
package org.rft4j.rewards.text;

import org.jspecify.annotations.NullMarked;
