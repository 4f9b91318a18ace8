package org.rft4j.rollout.server;

import java.util.List;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.engine.Check;

/**
 * A model under the name by which clients ask for it.
 *
 * @param name its name
 * @param sampler writes
 * @param tokenizer the sampler's, for spelling tokens
 * @param endIds the tokens that end what the model writes, as the sampler knows them
 */
public record ServedPolicy(String name, Sampler sampler, Tokenizer tokenizer, List<Long> endIds) {
    /** Checks the name. */
    public ServedPolicy {
        Check.that(!name.isBlank(), "name of a served policy", "blank", "must be a name", "use the model's");
        endIds = List.copyOf(endIds);
    }
}
