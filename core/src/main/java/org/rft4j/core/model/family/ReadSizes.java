package org.rft4j.core.model.family;

import org.rft4j.engine.Check;

/**
 * The sizes that nearly all families spell the same way.
 *
 * @param vocabulary number of tokens
 * @param width of the hidden states
 * @param layers number of layers
 * @param heads query heads
 * @param keyValueHeads key and value heads
 * @param headWidth width of a head
 * @param inner width inside the feed-forward part
 * @param contextLength the longest text of the training
 */
record ReadSizes(
        int vocabulary,
        int width,
        int layers,
        int heads,
        int keyValueHeads,
        int headWidth,
        int inner,
        int contextLength) {

    /**
     * What holds where a file is silent.
     *
     * @param keyValueHeads 0 = as many as query heads
     * @param headWidth 0 = width over query heads
     * @param contextLength the length
     */
    record Usual(int keyValueHeads, int headWidth, int contextLength) {}

    static ReadSizes of(ConfigOptions options, Usual usual) {
        int width = options.integer("hidden_size");
        int heads = options.count("num_attention_heads");
        int derived = width / Math.max(1, heads);
        int absent = options.mentions("head_dim") || usual.headWidth() == 0 ? derived : usual.headWidth();
        int headWidth = options.integer("head_dim", absent);
        Check.that(
                headWidth != derived || width % Math.max(1, heads) == 0,
                "hidden_size in config.json",
                width,
                "must be a multiple of num_attention_heads, " + heads + ", where head_dim is not given",
                "take the configuration that belongs to the weights");
        return new ReadSizes(
                options.integer("vocab_size"),
                width,
                options.count("num_hidden_layers"),
                heads,
                options.count("num_key_value_heads", keyValueHeads(options, usual, heads)),
                headWidth,
                options.integer("intermediate_size"),
                options.integer("max_position_embeddings", usual.contextLength()));
    }

    /** Null means as many as query heads everywhere; absent means what the family has. */
    private static int keyValueHeads(ConfigOptions options, Usual usual, int heads) {
        boolean silent = !options.mentions("num_key_value_heads");
        return silent && usual.keyValueHeads() > 0 ? usual.keyValueHeads() : heads;
    }
}
