package org.rft4j.cli.config;

import java.util.List;
import org.rft4j.cli.bind.Family;
import org.rft4j.cli.bind.Variant;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.policy.Trainable;

/** What of a model can be trained. */
final class Trainables {
    static final Family<Trainable> FAMILY = new Family<>(
            "trained part",
            List.of(
                    Variant.of("everything", new Trainable.Everything(), all -> all),
                    Variant.of("lora", LoraConfig.of(16, 32, LoraTargets.allLinear()), Trainable.Lora::new),
                    Variant.of("lastLayers", Trainable.LastLayers.class, layers -> layers),
                    Variant.of("matching", Trainable.Matching.class, some -> some)));

    private Trainables() {}
}
