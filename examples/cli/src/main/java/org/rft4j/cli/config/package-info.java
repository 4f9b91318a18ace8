/** What a run's file can say: the records of its sections, and what {@code type} chooses between. */
@NullMarked
package org.rft4j.cli.config;

import org.jspecify.annotations.NullMarked;
