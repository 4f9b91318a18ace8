/**
 * Shows a run to people: on a console, in files of lines, in TensorBoard and as a page. Nothing here has a clock; times are those that
 * a step tells.
 */
@NullMarked
package org.rft4j.core.report;

import org.jspecify.annotations.NullMarked;
