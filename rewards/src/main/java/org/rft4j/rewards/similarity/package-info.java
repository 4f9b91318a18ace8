/** How close a text is to a reference: BLEU, chrF, ROUGE, METEOR's exact stage, token F1, edit distance. */
@NullMarked
package org.rft4j.rewards.similarity;

import org.jspecify.annotations.NullMarked;
