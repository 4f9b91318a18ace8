/** Tools that a policy may call: how calls are read from its text, checked and answered. */
@NullMarked
package org.rft4j.rollout.tools;

import org.jspecify.annotations.NullMarked;
