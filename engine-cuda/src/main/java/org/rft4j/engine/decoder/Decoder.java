package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.Check;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.ProgramCall;
import org.rft4j.engine.program.TensorProgram;

/**
 * A decoder over weights that the caller owns and may train: which of them receive gradients is read from the arrays
 * ({@link NDArray#setRequiresGradient}) by each forward pass. It holds small arrays of its own until it is closed; the
 * weights stay.
 */
public final class Decoder implements AutoCloseable {
    private final DecoderConfig config;
    private final Map<WeightKey, NDArray> weights;
    private final Map<WeightKey, LoraPair> lora;
    private final NDManager manager;
    private final DecoderMaps maps;
    private final boolean ownsManager;
    private final AtomicReference<@Nullable NDArray> spareSlab = new AtomicReference<>();

    private Decoder(
            DecoderConfig config,
            Map<WeightKey, NDArray> weights,
            Map<WeightKey, LoraPair> lora,
            NDManager manager,
            DecoderMaps maps,
            boolean ownsManager) {
        this.config = config;
        this.weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        this.lora = Collections.unmodifiableMap(new LinkedHashMap<>(lora));
        this.manager = manager;
        this.maps = maps;
        this.ownsManager = ownsManager;
    }

    /**
     * A decoder over weights.
     *
     * @param config what they are the weights of
     * @param weights all that {@link DecoderLayout} lists; those of the head may be missing
     * @return the decoder
     */
    public static Decoder of(DecoderConfig config, Map<WeightKey, NDArray> weights) {
        return of(config, weights, Map.of());
    }

    /**
     * A decoder with LoRA pairs beside some of its matrices.
     *
     * @param config what the weights are the weights of
     * @param weights all that {@link DecoderLayout} lists; those of the head may be missing
     * @param lora pairs by the matrix they stand beside
     * @return the decoder
     */
    public static Decoder of(DecoderConfig config, Map<WeightKey, NDArray> weights, Map<WeightKey, LoraPair> lora) {
        requireWeights(config, weights);
        lora.forEach((key, pair) -> {
            NDArray matrix = key.role().isLayerMatrix() ? weights.get(key) : null;
            Check.that(
                    matrix != null,
                    "place of a LoRA pair",
                    key,
                    "must be a matrix inside a layer of the model",
                    "train embeddings and heads themselves, or leave them out");
            pair.requireBeside(Objects.requireNonNull(matrix), key, config.transposed());
        });
        NDArray embedding = Objects.requireNonNull(weights.get(WeightKey.of(WeightRole.EMBEDDING)));
        NDManager manager = embedding.getManager().newSubManager(embedding.getDevice());
        try {
            DecoderMaps maps = DecoderMaps.of(config, weights, lora, manager);
            return new Decoder(config, weights, lora, manager, maps, true);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * What it is.
     *
     * @return the configuration
     */
    public DecoderConfig config() {
        return config;
    }

    /**
     * Its weights.
     *
     * @return arrays by key; not the LoRA pairs
     */
    public Map<WeightKey, NDArray> weights() {
        return weights;
    }

    /**
     * The pairs beside its matrices.
     *
     * @return pairs by the matrix they stand beside
     */
    public Map<WeightKey, LoraPair> lora() {
        return lora;
    }

    /**
     * The same decoder as it is without its LoRA pairs. Shares everything, costs no memory, and is gone when this one is
     * closed; closing it leaves this one alone.
     *
     * @return the decoder under the adapter
     */
    public Decoder withoutLora() {
        return new Decoder(config, weights, Map.of(), manager, maps.withoutLora(), false);
    }

    /**
     * The map to logits.
     *
     * @return the head
     */
    public LmHead head() {
        WeightKey key = WeightKey.of(config.head().tied() ? WeightRole.EMBEDDING : WeightRole.HEAD);
        NDArray weight = weights.get(key);
        Check.that(
                weight != null,
                "language-model head",
                "missing",
                "must be among the weights to score tokens",
                "load a checkpoint of a causal language model");
        NDArray bias = weights.get(WeightKey.of(WeightRole.HEAD_BIAS));
        Check.that(
                bias != null || !config.head().bias(),
                "bias of the language-model head",
                "missing",
                "must be among the weights to score tokens",
                "load it too, or describe a head without one");
        return new LmHead(Objects.requireNonNull(weight), bias, config.head().softcap());
    }

    /**
     * Computes hidden states after the last norm, the head's input.
     *
     * @param input tokens and which of them belong together
     * @param memory what is kept for the way back
     * @param scope owns the results
     * @return hidden states, and the way back
     */
    public DecoderPass forward(DecoderInput input, ActivationMemory memory, NDManager scope) {
        input.ids().requireBelow(config.vocabulary());
        DecoderPass.Tokens tokens = upload(input, scope);
        if (memory == ActivationMemory.KEEP_ALL || memory == ActivationMemory.KEEP_NOTHING) {
            ProgramCall call = tokens.passTo(call("decoder", "forward"));
            if (memory == ActivationMemory.KEEP_ALL) {
                call.recordGradients();
            }
            return new DecoderPass(
                    this, memory, tokens, call.run(scope).singletonOrThrow(), DecoderPass.Kept.NOTHING, scope);
        }
        return forwardKeeping(tokens, memory, scope);
    }

    private DecoderPass forwardKeeping(DecoderPass.Tokens tokens, ActivationMemory memory, NDManager scope) {
        boolean keepProducts = memory == ActivationMemory.KEEP_PRODUCTS;
        int firstTrained = firstTrained();
        NDArray spare = keepProducts ? spareSlab.getAndSet(null) : null;
        try {
            NDList results = tokens.passTo(call("decoder", "forward_keeping"))
                    .with("keep_products", keepProducts)
                    .with("first_trained", firstTrained)
                    .with("spare", spare)
                    .run(scope);
            List<NDArray> kept = List.copyOf(results.subList(1, results.size()));
            return new DecoderPass(
                    this, memory, tokens, results.get(0), new DecoderPass.Kept(firstTrained, kept), scope);
        } finally {
            if (spare != null) {
                spare.close(); // the pass holds the memory now, or nobody needs it
            }
        }
    }

    /**
     * What is to be trained: every weight and every LoRA matrix that requires gradients.
     *
     * @return parameters for an optimiser, named by role and layer
     */
    public List<Parameter> trained() {
        List<Parameter> parameters = new ArrayList<>();
        weights.forEach((key, weight) -> addIfTrained(parameters, key.toString(), weight));
        lora.forEach((key, pair) -> {
            addIfTrained(parameters, key + " lora_a", pair.a());
            addIfTrained(parameters, key + " lora_b", pair.b());
        });
        return parameters;
    }

    private static void addIfTrained(List<Parameter> parameters, String name, NDArray weight) {
        if (weight.hasGradient()) {
            parameters.add(Parameter.of(name, weight));
        }
    }

    /**
     * Takes a slab that a pass has no use for any more, for the next pass: on the processor fresh memory has to be cleared by the
     * system first. GPUs have a pool of their own.
     */
    void recycle(NDArray slab) {
        if (manager.getDevice().isGpu() || slab.size() == 0) {
            return;
        }
        NDArray kept =
                NativeScope.leaveToManager(slab.reshape(slab.size())); // the same memory under a handle of its own
        kept.attach(manager);
        NDArray before = spareSlab.getAndSet(kept);
        if (before != null) {
            before.close();
        }
    }

    /** Frees memory that is held for the next forward pass; it is taken anew when needed. */
    public void releaseSpareMemory() {
        NDArray spare = spareSlab.getAndSet(null);
        if (spare != null) {
            spare.close();
        }
    }

    @Override
    public void close() {
        releaseSpareMemory();
        if (ownsManager) {
            manager.close();
        }
    }

    ProgramCall call(String program, String function) {
        return TensorProgram.named(program)
                .call(function)
                .with("m", maps.shared())
                .withMaps("layers", maps.layers());
    }

    /** As {@link #call}, with matrix products that suit few rows. */
    ProgramCall callForFewRows(String program, String function, NDArray rowsAtATime) {
        Map<String, NDArray> shared = new LinkedHashMap<>(maps.shared());
        shared.put("few_rows", rowsAtATime);
        return TensorProgram.named(program).call(function).with("m", shared).withMaps("layers", maps.layers());
    }

    NDManager newManagerBeside() {
        return manager.getParentManager().newSubManager(manager.getDevice());
    }

    /** The lowest layer that has something to train: the way back ends there. -1 if an embedding is trained. */
    private int firstTrained() {
        int first = config.layers();
        for (Map.Entry<WeightKey, NDArray> entry : weights.entrySet()) {
            boolean body = !entry.getKey().role().isHead()
                    && entry.getKey().role() != WeightRole.FINAL_NORM
                    && entry.getKey().role() != WeightRole.FINAL_NORM_BIAS;
            if (body && entry.getValue().hasGradient()) {
                first = Math.min(first, entry.getKey().layer());
            }
        }
        for (Map.Entry<WeightKey, LoraPair> entry : lora.entrySet()) {
            if (entry.getValue().a().hasGradient() || entry.getValue().b().hasGradient()) {
                first = Math.min(first, entry.getKey().layer());
            }
        }
        return first;
    }

    /** Programs add to gradients that are there. */
    void defineGradients() {
        weights.values().forEach(Autograd::defineGradient);
        lora.values().forEach(pair -> {
            Autograd.defineGradient(pair.a());
            Autograd.defineGradient(pair.b());
        });
    }

    void requireLength(int length, String wayOut) {
        boolean learned = config.positions() instanceof PositionConfig.Learned;
        if (learned || dependsOnLength()) {
            Check.that(
                    length <= config.contextLength(),
                    "length of a sequence",
                    length,
                    "must be at most the length that the model is set up for, " + config.contextLength(),
                    learned ? wayOut : wayOut + ", or load or make the model for a longer context length");
        }
    }

    private boolean dependsOnLength() {
        return config.positions() instanceof PositionConfig.Rotary rotary
                && rotary.kinds().stream()
                        .anyMatch(kind -> kind.scaling() instanceof RopeScaling.Dynamic
                                || kind.scaling() instanceof RopeScaling.LongRope);
    }

    private DecoderPass.Tokens upload(DecoderInput input, NDManager scope) {
        TokenIds positions = input.positions();
        int longest = 0;
        for (int b = 0; b < positions.rows(); b++) {
            for (int t = 0; t < positions.columns(); t++) {
                longest = Math.max(longest, (int) positions.get(b, t) + 1);
            }
        }
        requireLength(longest, "cut the texts");
        NDArray segments = input.segmentsForProgram(scope);
        return new DecoderPass.Tokens(
                onDevice(input.ids().toArray(scope)),
                onDevice(positions.toArray(scope)),
                segments == null ? null : onDevice(segments));
    }

    NDArray onDevice(NDArray array) {
        return array.toDevice(manager.getDevice(), false);
    }

    private static void requireWeights(DecoderConfig config, Map<WeightKey, NDArray> weights) {
        Map<WeightKey, Shape> shapes = DecoderLayout.shapes(config);
        for (WeightKey key : weights.keySet()) {
            Check.that(
                    shapes.containsKey(key),
                    "decoder weight",
                    key,
                    "must be one that the configuration asks for",
                    "leave it out, or describe the model differently");
        }
        NDArray embedding = weights.get(WeightKey.of(WeightRole.EMBEDDING));
        shapes.forEach((key, shape) -> {
            NDArray weight = weights.get(key);
            if (weight != null) {
                Shapes.require(weight, key.toString(), shape.getShape());
                Shapes.requireType(weight, key.toString(), DataType.FLOAT32, DataType.BFLOAT16);
                requireLike(weight, key, embedding);
            } else {
                Check.that(
                        key.role().isHead(),
                        "decoder weight " + key,
                        "missing",
                        "must be given",
                        "load the whole model");
            }
        });
    }

    private static void requireLike(NDArray weight, WeightKey key, @Nullable NDArray embedding) {
        if (embedding != null) {
            Shapes.requireType(weight, key.toString(), Shapes.typeOf(embedding));
            Shapes.requireSameDevice(weight, key.toString(), embedding);
        }
    }
}
