package org.rft4j.core.checkpoint;

import ai.djl.ndarray.types.Shape;

/**
 * What a file says about a tensor, known without reading it.
 *
 * @param name its name
 * @param type how its numbers are stored
 * @param shape its shape, in PyTorch's order
 * @param bytes its size in the file
 */
public record TensorInfo(String name, StoredType type, Shape shape, long bytes) {}
