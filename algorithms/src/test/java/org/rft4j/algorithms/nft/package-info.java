/** Tests of NFT. */
@NullMarked
package org.rft4j.algorithms.nft;

import org.jspecify.annotations.NullMarked;
