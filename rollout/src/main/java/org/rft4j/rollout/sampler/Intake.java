package org.rft4j.rollout.sampler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.Check;

/** Makes tokens of prompts, and refuses what cannot be served. Any number of threads may use one. */
final class Intake {
    private final LanguageModel model;
    private final SamplerOptions options;
    private final CacheRoom cache;
    private final int usable;
    private final int contextLength;

    /**
     * The entrance to a sampler.
     *
     * @param model tokenizer, chat template, and what its decoder can see
     * @param options how conversations are rendered
     * @param cache what fits
     */
    Intake(LanguageModel model, SamplerOptions options, CacheRoom cache) {
        this.model = model;
        this.options = options;
        this.cache = cache;
        usable = usableTokens(model);
        contextLength = model.decoder().config().contextLength();
    }

    /** The ids that tokenizer and model have in common: embeddings may be larger than the tokenizer's vocabulary. */
    static int usableTokens(LanguageModel model) {
        return Math.min(
                model.tokenizer().vocabularySize(), model.decoder().config().vocabulary());
    }

    /** Prepares requests, or throws without having begun any. Equal prompts are encoded once. */
    List<Prepared> prepare(List<SampleRequest> requests) {
        Map<Prompt, long[]> encoded = new HashMap<>();
        List<Prepared> prepared = new ArrayList<>();
        for (SampleRequest request : requests) {
            prepared.add(prepare(request, encoded.computeIfAbsent(request.prompt(), this::encode)));
        }
        return prepared;
    }

    private Prepared prepare(SampleRequest request, long[] prompt) {
        SamplingOptions wanted = request.options();
        String name = request.key().toString();
        requireIds(prompt, "token of the prompt of " + name);
        Check.that(prompt.length > 0, "prompt of " + name, "empty", "must be at least one token", "ask something");
        List<Long> endIds = wanted.endIds().isEmpty() ? ownEndIds() : wanted.endIds();
        requireIds(longs(endIds), "end token of " + name);
        requireIds(longs(wanted.logitBias().keySet()), "token with a bias of " + name);
        for (String stop : wanted.stopStrings()) {
            Check.that(
                    stop.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE),
                    "stop string of " + name,
                    "half a character",
                    "must consist of whole ones",
                    "do not cut between two surrogates");
        }
        int room = Math.max(0, Math.min(wanted.maxNewTokens(), contextLength - prompt.length));
        if (room > 0) {
            cache.requireFits(prompt.length, room, name);
        }
        SampleText text = new SampleText(
                model.tokenizer().incrementalDecoder(true),
                StopStrings.of(wanted.stopStrings()),
                wanted.keepStopString());
        return new Prepared(request, prompt, room, endIds, text);
    }

    private long[] encode(Prompt prompt) {
        if (prompt instanceof Prompt.Tokens tokens) {
            return tokens.ids();
        }
        if (prompt instanceof Prompt.Text text) {
            return model.tokenizer().encode(text.text(), true).ids();
        }
        String rendered = model.chatTemplate().renderText(((Prompt.Chat) prompt).conversation(), options.rendering());
        return model.tokenizer().encode(rendered, false).ids();
    }

    /** Those that can be drawn. */
    private List<Long> ownEndIds() {
        return model.stopIds().stream().filter(id -> id < usable).toList();
    }

    private static long[] longs(Collection<Long> ids) {
        return ids.stream().mapToLong(Long::longValue).toArray();
    }

    private void requireIds(long[] ids, String what) {
        for (long id : ids) {
            Check.that(
                    id >= 0 && id < usable,
                    what,
                    id,
                    "must be at least 0 and below " + usable + ", the number of tokens that tokenizer and model share",
                    "take ids from the model's own tokenizer");
        }
    }
}
