package org.rft4j.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.Check;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.decoder.Generator;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenScores;
import org.rft4j.engine.random.KeyedRandom;

/**
 * A causal language model with its tokenizer: loaded from a Hugging Face folder, or fresh. It generates, scores, and is
 * saved as a folder that Hugging Face tools load; training goes through {@link #weights()}, which this model reads in place.
 *
 * <pre>{@code
 * try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
 *         LanguageModel model = LanguageModel.load(Path.of("my-model"), engine)) {
 *     String answer = model.answer(Conversation.of(ChatMessage.user("Hello!")), GenerateOptions.greedy(64)).text();
 * }
 * }</pre>
 */
public final class LanguageModel implements AutoCloseable {
    private final TensorEngine engine;
    private final ModelWeights weights;
    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final @Nullable Path chatTemplateFolder;

    private LanguageModel(
            TensorEngine engine, ModelWeights weights, Tokenizer tokenizer, @Nullable Path chatTemplateFolder) {
        this.engine = engine;
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.chatTemplateFolder = chatTemplateFolder;
        this.decoder = Decoder.of(weights.config(), weights.weights());
    }

    /**
     * Loads a model in fp32.
     *
     * @param path a folder with {@code config.json}, safetensors and tokenizer files, or a GGUF file beside tokenizer files
     * @param engine a running engine
     * @return the model
     */
    public static LanguageModel load(Path path, TensorEngine engine) {
        return load(path, LoadOptions.DEFAULT, engine);
    }

    /**
     * Loads a model.
     *
     * @param path a folder with {@code config.json}, safetensors and tokenizer files, or a GGUF file beside tokenizer files
     * @param options format, length and what to pass over
     * @param engine a running engine
     * @return the model
     */
    public static LanguageModel load(Path path, LoadOptions options, TensorEngine engine) {
        Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        Check.that(
                folder != null && Files.isDirectory(folder),
                "model folder",
                path,
                "must be a folder, or a file in one",
                "check the path");
        Tokenizer tokenizer = Tokenizers.load(Objects.requireNonNull(folder));
        try {
            ModelWeights weights = Checkpoints.load(path, options, engine.manager());
            return new LanguageModel(engine, weights, tokenizer, folder);
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Makes a model with random weights.
     *
     * @param config its sizes
     * @param tokenizer its tokenizer, which the model closes
     * @param random every weight is a function of this stream
     * @param engine a running engine
     * @return the model
     */
    public static LanguageModel fresh(
            DecoderConfig config, Tokenizer tokenizer, KeyedRandom random, TensorEngine engine) {
        return new LanguageModel(
                engine, FreshModel.weights(config, tokenizer, random, engine.manager()), tokenizer, null);
    }

    /**
     * What is trained and saved.
     *
     * @return the weights, which this model reads in place
     */
    public ModelWeights weights() {
        return weights;
    }

    /**
     * The decoder over the weights.
     *
     * @return it
     */
    public Decoder decoder() {
        return decoder;
    }

    /**
     * The tokenizer.
     *
     * @return it
     */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * The chat template that came with the model.
     *
     * @return the template
     */
    public ChatTemplate chatTemplate() {
        Check.that(
                chatTemplateFolder != null,
                "chat template",
                "none: the model is fresh",
                "must come with the model",
                "render conversations with ChatTemplate.of(...)");
        return ChatTemplate.load(Objects.requireNonNull(chatTemplateFolder));
    }

    /**
     * Continues a text.
     *
     * @param prompt the text, to which the tokenizer adds the special tokens it always adds
     * @param options how
     * @return what the model wrote
     */
    public Completion generate(String prompt, GenerateOptions options) {
        return generate(tokenizer.encode(prompt, true).ids(), options);
    }

    /**
     * Answers a conversation through the model's own chat template.
     *
     * @param conversation messages, tools and documents
     * @param options how
     * @return what the model wrote
     */
    public Completion answer(Conversation conversation, GenerateOptions options) {
        String text = chatTemplate().renderText(conversation, RenderOptions.GENERATION);
        return generate(tokenizer.encode(text, false).ids(), options);
    }

    /**
     * Continues tokens.
     *
     * @param prompt at least one token
     * @param options how
     * @return what the model wrote
     */
    public Completion generate(long[] prompt, GenerateOptions options) {
        List<Long> stops = tokenizer.specialTokens().eosIds();
        double[] uniforms =
                KeyedRandom.ofSeed(options.seed()).derive("generate").uniforms(0, options.maxNewTokens());
        Generator.Request request = new Generator.Request(
                TokenIds.of(prompt),
                new long[] {prompt.length},
                List.of(options.filter()),
                new double[][] {uniforms},
                stops);
        try (NativeScope scope = engine.openScope()) {
            Generator.Continuation made = Generator.generate(decoder, request, scope.manager());
            long[] tokens = made.tokens().toLongArray();
            float[] logProbs = made.logProbs().toFloatArray();
            List<Long> ids = new ArrayList<>();
            List<Double> scores = new ArrayList<>();
            for (int i = 0; i < tokens.length && tokens[i] >= 0; i++) {
                ids.add(tokens[i]);
                scores.add((double) logProbs[i]);
            }
            boolean ended = !ids.isEmpty() && stops.contains(ids.get(ids.size() - 1));
            long[] written = ids.stream().mapToLong(Long::longValue).toArray();
            return new Completion(tokenizer.decode(written, true), ids, scores, ended);
        }
    }

    /**
     * Log-probabilities of tokens, each given all before it.
     *
     * @param ids at least two tokens
     * @return one number per token but the first
     */
    public double[] score(long[] ids) {
        Check.that(ids.length > 1, "number of tokens", ids.length, "must be at least 2", "the first one has no score");
        try (NativeScope scope = engine.openScope()) {
            NDManager manager = scope.manager();
            NDArray hidden = decoder.forward(
                            DecoderInput.rightPadded(TokenIds.of(Arrays.copyOf(ids, ids.length - 1))),
                            ActivationMemory.KEEP_NOTHING,
                            manager)
                    .hidden();
            NDArray next = TokenIds.of(Arrays.copyOfRange(ids, 1, ids.length))
                    .toArray(manager)
                    .toDevice(engine.device(), false);
            float[] scores = TokenScores.of(decoder.head(), new HeadInput(hidden, next), ScoreOptions.plain(), manager)
                    .logProbs()
                    .toFloatArray();
            double[] wide = new double[scores.length];
            Arrays.setAll(wide, i -> scores[i]);
            return wide;
        }
    }

    /**
     * Saves configuration, weights and tokenizer as a Hugging Face folder.
     *
     * @param folder made if absent
     * @param options format and size of the files
     */
    public void save(Path folder, SaveOptions options) {
        Checkpoints.save(weights, folder, options);
        tokenizer.save(folder);
    }

    @Override
    public void close() {
        decoder.close();
        weights.close();
        tokenizer.close();
    }
}
