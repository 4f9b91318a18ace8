package org.rft4j.cli.config;

import java.nio.file.Path;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.Policy;
import org.rft4j.engine.TensorEngine;

/** What references and critics are made of. */
public interface Loader {
    /**
     * The policy that is trained.
     *
     * @return an open policy
     */
    Policy policy();

    /**
     * Loads another model in the same format; it is closed with the run.
     *
     * @param folder where it is
     * @return its weights
     */
    ModelWeights load(Path folder);

    /**
     * The folder of the model that is trained.
     *
     * @return as the configuration has it
     */
    Path folder();

    /**
     * What computes.
     *
     * @return an open engine
     */
    TensorEngine engine();

    /**
     * Closes something with the run.
     *
     * @param one what is closed
     * @param <T> what it is
     * @return the same
     */
    <T extends AutoCloseable> T own(T one);
}
