/** Instructions whose keeping can be checked: words, lengths, forms, cases, languages; the 25 kinds of IFEval. */
@NullMarked
package org.rft4j.rewards.instruction;

import org.jspecify.annotations.NullMarked;
