/** A policy is served over HTTP while it trains. */
@NullMarked
package org.rft4j.examples.serving;

import org.jspecify.annotations.NullMarked;
