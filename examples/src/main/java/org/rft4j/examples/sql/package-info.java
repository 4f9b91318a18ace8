/** A model learns to write SQL queries by having them run. */
@NullMarked
package org.rft4j.examples.sql;

import org.jspecify.annotations.NullMarked;
