/** NFT against GRPO. */
@NullMarked
package org.rft4j.examples.nft;

import org.jspecify.annotations.NullMarked;
