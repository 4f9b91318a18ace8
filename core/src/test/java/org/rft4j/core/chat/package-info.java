/** Tests of chat templates. */
@NullMarked
package org.rft4j.core.chat;

import org.jspecify.annotations.NullMarked;
