package org.rft4j.core.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * The tokens with a role. The first four are what the tokenizer's own files name, and what a chat template means by
 * {@code bos_token} and the like. The last three are what generation uses: the ids of {@code generation_config.json}, in its
 * absence those of {@code config.json}, in their absence the tokenizer's.
 *
 * @param bos begins a sequence
 * @param eos ends a sequence
 * @param pad fills up a batch
 * @param unk stands for what the vocabulary cannot spell
 * @param eosIds every id that ends a generated sequence; empty if no file names one
 * @param generationBosId the id that generation starts from
 * @param generationPadId the id that generation pads with
 */
public record SpecialTokens(
        Optional<SpecialToken> bos,
        Optional<SpecialToken> eos,
        Optional<SpecialToken> pad,
        Optional<SpecialToken> unk,
        List<Long> eosIds,
        Optional<Long> generationBosId,
        Optional<Long> generationPadId) {
    /** Copies the list. */
    public SpecialTokens {
        eosIds = List.copyOf(eosIds);
    }
}
