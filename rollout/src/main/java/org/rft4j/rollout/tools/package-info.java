/**
 * Tools that a policy may call: how calls are read from its text, checked and answered.
 *
 * <p>A {@link ToolBox} holds tools, {@link ToolCallFormat} reads calls from text, {@link ToolOptions} limits what they may take; {@link
 * Calculator} is one.
 */
@NullMarked
package org.rft4j.rollout.tools;

import org.jspecify.annotations.NullMarked;
