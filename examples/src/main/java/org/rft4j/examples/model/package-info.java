/** What the examples about models share. */
@NullMarked
package org.rft4j.examples.model;

import org.jspecify.annotations.NullMarked;
