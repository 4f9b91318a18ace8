package org.rft4j.cli.config;

import java.nio.file.Path;
import org.rft4j.cli.bind.Unwrapped;
import org.rft4j.core.model.LoadOptions;

/**
 * The model that is trained.
 *
 * @param folder as Hugging Face tools save it, or a GGUF file
 * @param options how it is loaded
 */
public record ModelConfig(Path folder, @Unwrapped LoadOptions options) {}
