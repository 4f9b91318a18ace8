/** Which tasks a run samples next: what selectors are asked, what they hear, and which tiers of difficulty count when. */
@NullMarked
package org.rft4j.core.selection;

import org.jspecify.annotations.NullMarked;
