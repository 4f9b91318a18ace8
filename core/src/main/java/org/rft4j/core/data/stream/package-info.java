/** The order in which records are met: epochs, shuffling, mixtures, batches, all of which can be resumed at any record. */
@NullMarked
package org.rft4j.core.data.stream;

import org.jspecify.annotations.NullMarked;
