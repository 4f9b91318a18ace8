/** What the notebooks of this folder need before they are opened. */
@NullMarked
package org.rft4j.examples.notebook;

import org.jspecify.annotations.NullMarked;
