/** NFT: fine-tuning on right and on wrong answers. */
@NullMarked
package org.rft4j.algorithms.nft;

import org.jspecify.annotations.NullMarked;
