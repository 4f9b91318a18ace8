/** What a run writes down so that it can be killed at any moment and go on: a folder of checkpoints, each whole or not there at all. */
@NullMarked
package org.rft4j.core.resume;

import org.jspecify.annotations.NullMarked;
