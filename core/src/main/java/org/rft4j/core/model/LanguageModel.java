package org.rft4j.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.checkpoint.GgufModel;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.tokenizer.SpecialTokens;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
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
 * saved as a folder that Hugging Face tools load; training goes through {@link #weights()}, which this model reads in place. An
 * adapter of a policy is not part of it: merge it to generate or save with it. Several threads may generate and score at once, as
 * long as nobody changes the weights meanwhile.
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
    private final Optional<ChatTemplate> chatTemplate;
    private final List<Long> stopIds;

    private LanguageModel(
            TensorEngine engine,
            ModelWeights weights,
            Tokenizer tokenizer,
            Optional<ChatTemplate> chatTemplate,
            List<Long> stopIds) {
        this.stopIds = stopIds;
        this.engine = engine;
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.chatTemplate = chatTemplate.map(template -> template.withSpecialTokens(templateTokens(tokenizer)));
        this.decoder = Decoder.of(weights.config(), weights.weights());
        for (long stop : stopIds) {
            Check.that(
                    stop >= 0 && stop < weights.config().vocabulary(),
                    "end token of the tokenizer",
                    stop,
                    "must be below the model's vocabulary " + weights.config().vocabulary(),
                    "take the tokenizer that belongs to the model");
        }
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
        Check.that(
                Files.exists(path),
                "model",
                path,
                "must be a folder with config.json, safetensors and tokenizer files, or a GGUF file beside tokenizer files",
                "check the path");
        Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        Check.that(
                folder != null && Files.isDirectory(folder),
                "model folder",
                path,
                "must be a folder, or a file in one",
                "check the path");
        Tokenizer tokenizer = Tokenizers.load(Objects.requireNonNull(folder));
        @Nullable ModelWeights weights = null;
        try {
            weights = Checkpoints.load(path, options, engine.manager());
            return new LanguageModel(
                    engine,
                    weights,
                    tokenizer,
                    templateOf(path, folder),
                    stopIds(tokenizer, weights, Files.isDirectory(path)));
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            if (weights != null) {
                weights.close();
            }
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
        Check.that(
                tokenizer.vocabularySize() <= config.vocabulary(),
                "vocabulary of the tokenizer",
                tokenizer.vocabularySize(),
                "must not be larger than the model's, " + config.vocabulary(),
                "make the model with DecoderConfig.builder().vocabulary(tokenizer.vocabularySize())");
        return new LanguageModel(
                engine,
                FreshModel.weights(config, tokenizer, random, engine.manager()),
                tokenizer,
                Optional.empty(),
                tokenizer.specialTokens().eosIds());
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
     * The chat template that came with the model; its special tokens are the tokenizer's.
     *
     * @return the template
     */
    public ChatTemplate chatTemplate() {
        return chatTemplate.orElseThrow(() -> new InvalidInputException(
                "chat template",
                "none",
                "must come with the model to answer conversations",
                "render them with ChatTemplate.of(...) and call generate"));
    }

    /**
     * Whether the model came with a chat template.
     *
     * @return true if {@link #chatTemplate} gives one
     */
    public boolean hasChatTemplate() {
        return chatTemplate.isPresent();
    }

    private static Optional<ChatTemplate> templateOf(Path path, Path folder) {
        Optional<ChatTemplate> besideIt = ChatTemplate.find(folder);
        if (besideIt.isPresent() || Files.isDirectory(path)) {
            return besideIt;
        }
        try (GgufModel gguf = GgufModel.open(path)) {
            return gguf.chatTemplate().map(ChatTemplate::of);
        }
    }

    private static Map<String, String> templateTokens(Tokenizer tokenizer) {
        SpecialTokens special = tokenizer.specialTokens();
        Map<String, String> tokens = new LinkedHashMap<>();
        special.bos().ifPresent(token -> tokens.put("bos_token", token.text()));
        special.eos().ifPresent(token -> tokens.put("eos_token", token.text()));
        special.pad().ifPresent(token -> tokens.put("pad_token", token.text()));
        special.unk().ifPresent(token -> tokens.put("unk_token", token.text()));
        return tokens;
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
        return answer(conversation, RenderOptions.GENERATION, options);
    }

    /**
     * Answers a conversation through the model's own chat template, with variables of its own such as {@code enable_thinking}.
     *
     * @param conversation messages, tools and documents
     * @param rendering how the template is rendered, usually {@link RenderOptions#GENERATION} with something added
     * @param options how the answer is made
     * @return what the model wrote
     */
    public Completion answer(Conversation conversation, RenderOptions rendering, GenerateOptions options) {
        String text = chatTemplate().renderText(conversation, rendering);
        return generate(tokenizer.encode(text, false).ids(), options);
    }

    /**
     * The tokens that end what the model writes.
     *
     * @return those of {@code generation_config.json}, else of {@code config.json} or the GGUF file, else of the tokenizer
     */
    public List<Long> stopIds() {
        return stopIds;
    }

    /**
     * How many tokens can be written: embeddings may be padded beyond what the tokenizer knows.
     *
     * @return ids from here on are never drawn, and have no probability
     */
    public int usableTokens() {
        return Math.min(tokenizer.vocabularySize(), weights.config().vocabulary());
    }

    /** A folder's tokenizer has read the folder's configuration; what a GGUF file says comes before its neighbours. */
    private static List<Long> stopIds(Tokenizer tokenizer, ModelWeights weights, boolean ownConfiguration) {
        List<Long> ofTokenizer = tokenizer.specialTokens().eosIds();
        if (ownConfiguration && !ofTokenizer.isEmpty()) {
            return ofTokenizer;
        }
        JsonNode ids = weights.options().path("eos_token_id");
        List<Long> ofModel = new ArrayList<>();
        if (ids.isIntegralNumber()) {
            ofModel.add(ids.longValue());
        }
        ids.forEach(id -> ofModel.add(id.longValue()));
        return ofModel.isEmpty() ? ofTokenizer : List.copyOf(ofModel);
    }

    /**
     * Continues tokens.
     *
     * @param prompt at least one token
     * @param options how
     * @return what the model wrote
     */
    public Completion generate(long[] prompt, GenerateOptions options) {
        List<Long> stops = stopIds;
        double[] uniforms =
                KeyedRandom.ofSeed(options.seed()).derive("generate").uniforms(0, options.maxNewTokens());
        Generator.Request request = new Generator.Request(
                TokenIds.of(prompt),
                new long[] {prompt.length},
                List.of(options.filter()),
                new double[][] {uniforms},
                stops,
                usableTokens());
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
     * Log-probabilities of tokens, each given all before it, among the usable tokens: those that generating draws from.
     *
     * @param ids at least two tokens; all but the first must be usable
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
            float[] scores = TokenScores.of(
                            decoder.head(),
                            new HeadInput(hidden, next),
                            ScoreOptions.plain().withUsableTokens(usableTokens()),
                            manager)
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
