package org.rft4j.cli.config;

import java.util.Optional;
import org.rft4j.cli.bind.Chosen;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.core.policy.Trainable;
import org.rft4j.engine.EngineOptions;

/**
 * What is trained, where, and what it is compared with.
 *
 * @param engine device and threads
 * @param model the model that is trained
 * @param policy what of it is trained
 * @param reference what the policy is compared with
 * @param critic what estimates values
 */
public record ModelsConfig(
        EngineOptions engine,
        ModelConfig model,
        @Otherwise("everything") Chosen<Trainable> policy,
        Optional<Chosen<ReferenceSource>> reference,
        Optional<CriticConfig> critic) {}
