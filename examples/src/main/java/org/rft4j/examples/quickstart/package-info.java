/** The first program to run: a story teller learns to have somebody speak. */
@NullMarked
package org.rft4j.examples.quickstart;

import org.jspecify.annotations.NullMarked;
