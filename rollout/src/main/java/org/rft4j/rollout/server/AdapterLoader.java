package org.rft4j.rollout.server;

import java.nio.file.Path;
import org.rft4j.core.sampling.Sampler;

/** Makes samplers of adapters in PEFT's files. */
@FunctionalInterface
public interface AdapterLoader {
    /**
     * Loads an adapter. Called by one thread at a time, while other adapters write.
     *
     * @param folder where PEFT's files lie
     * @return a sampler of the served model with the adapter, which the server closes when it is unloaded
     */
    Sampler load(Path folder);
}
