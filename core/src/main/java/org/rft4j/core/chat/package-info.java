/** Conversations with tools and reasoning, and the templates that turn them into a model's text. */
@NullMarked
package org.rft4j.core.chat;

import org.jspecify.annotations.NullMarked;
