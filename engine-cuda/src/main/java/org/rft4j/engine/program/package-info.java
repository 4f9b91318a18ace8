/**
 * Programs: readable Python-syntax resources that are packed into TorchScript archives in memory, compiled by libtorch
 * and called with named, checked arguments.
 */
@NullMarked
package org.rft4j.engine.program;

import org.jspecify.annotations.NullMarked;
