@NullMarked
package org.rft4j.examples.training;

import org.jspecify.annotations.NullMarked;
