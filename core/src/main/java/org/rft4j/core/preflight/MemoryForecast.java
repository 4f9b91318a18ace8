package org.rft4j.core.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.rft4j.core.policy.ModelMemory;
import org.rft4j.core.run.Finding;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.AttentionConfig;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.FeedForwardConfig;
import org.rft4j.engine.decoder.NormConfig;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.program.Precision;

/**
 * How much memory a run will take at its peak, in parts. Training and sampling take turns: what lives for either of them alone counts
 * where it is larger. On a GPU the parts but the process are device memory.
 *
 * @param standing what is there all the time
 * @param training what a training step takes on top
 * @param sampling what sampling takes on top
 */
public record MemoryForecast(List<Part> standing, List<Part> training, List<Part> sampling) {
    private static final double MIB = 1 << 20;
    /** Forecasts were up to 16 % below what was measured. */
    private static final double TIGHT = 0.8;

    /** Logits and a temporary of the same size. */
    private static final int CHUNK_COPIES = 2;

    private static final int SAMPLER_COPIES = 3;
    /** Temporaries of a layer's way back as multiples of what it keeps, with what malloc does not give back: measured 6 to 8. */
    private static final long BACK = 7;

    /**
     * A part of the forecast.
     *
     * @param name what it is
     * @param bytes how much
     */
    public record Part(String name, long bytes) {
        @Override
        public String toString() {
            return name + " " + mib(bytes);
        }
    }

    /** Copies the lists. */
    public MemoryForecast {
        standing = List.copyOf(standing);
        training = List.copyOf(training);
        sampling = List.copyOf(sampling);
    }

    /**
     * Adds up what is known.
     *
     * @param config the decoder's sizes
     * @param model the policy's weights, {@code policy.memory()}
     * @param options what else counts
     * @return the forecast
     */
    public static MemoryForecast of(DecoderConfig config, ModelMemory model, MemoryOptions options) {
        long element = options.precision() == Precision.BF16 ? 2 : Float.BYTES;
        long states = options.precision() == Precision.BF16 ? 3 : 2; // two moments, and masters of half precision
        long trained = model.trainedBytes() / element;
        List<Part> standing = List.of(
                new Part("process", options.processBytes()),
                new Part("weights", model.weightBytes()),
                new Part("gradients", model.gradientBytes()),
                new Part("AdamW", states * Float.BYTES * trained),
                new Part("other models", options.otherModelBytes()));
        long tokens = options.tokenBudget();
        List<Part> training = List.of(
                new Part("activations", element * tokens * keptWidths(config, options.activations())),
                new Part("a layer on its way back", BACK * element * tokens * layerWidths(config)),
                new Part("head", headBytes(config, options)));
        long places = options.samplerRows() * options.samplerTokens();
        long keys = 2L
                * config.layers()
                * config.attention().keyValueHeads()
                * config.attention().headWidth();
        List<Part> sampling = List.of(
                new Part("cache of keys and values", element * keys * places),
                new Part(
                        "logits of the sampler",
                        SAMPLER_COPIES * Float.BYTES * options.samplerRows() * config.vocabulary()));
        return new MemoryForecast(standing, training, sampling);
    }

    /** What the layers leave for the way back, in numbers per token. */
    private static long keptWidths(DecoderConfig config, ActivationMemory memory) {
        long layers = config.layers();
        long layer = layerWidths(config);
        return switch (memory) {
            case KEEP_NOTHING -> 0;
            case RECOMPUTE_LAYERS -> layers * config.width() + layer;
            case KEEP_PRODUCTS -> layers * layer;
            case KEEP_ALL -> 2 * layers * layer; // "about half of all" is what products are
        };
    }

    /** Inputs and results of a layer's matrix products. */
    private static long layerWidths(DecoderConfig config) {
        AttentionConfig attention = config.attention();
        long queries = (long) attention.heads() * attention.headWidth();
        long keys = (long) attention.keyValueHeads() * attention.headWidth();
        long hidden = config.width();
        long inner = config.feedForward().inner();
        long widths = hidden + 2 * queries + 2 * keys;
        widths += config.norms().placement() == NormConfig.Placement.BEFORE_IN_PARALLEL ? 0 : hidden;
        widths += config.feedForward().gate() == FeedForwardConfig.Gate.NONE ? inner : 2 * inner;
        boolean after = config.norms().placement() == NormConfig.Placement.AFTER
                || config.norms().placement() == NormConfig.Placement.AROUND;
        return widths + (after ? 2 * hidden : 0);
    }

    /** A chunk of logits with its temporaries, and log-probs of the whole vocabulary where they are small enough to be kept. */
    private static long headBytes(DecoderConfig config, MemoryOptions options) {
        long logits = (long) Float.BYTES * options.tokenBudget() * config.vocabulary();
        boolean keeps = options.activations() == ActivationMemory.KEEP_PRODUCTS
                || options.activations() == ActivationMemory.KEEP_ALL;
        boolean fits = keeps && logits <= ScoreOptions.DEFAULT_KEEP_BYTES;
        return fits // log-probs are written where they are kept, so that chunks need the temporary alone
                ? logits + Math.min(options.chunkBytes() / CHUNK_COPIES, logits)
                : Math.min(options.chunkBytes(), CHUNK_COPIES * logits);
    }

    /**
     * The peak.
     *
     * @return bytes
     */
    public long bytes() {
        return sum(standing) + Math.max(sum(training), sum(sampling));
    }

    /**
     * Compares the forecast with what there is.
     *
     * @param available bytes that the run may take, such as {@link MachineMemory#availableBytes}; empty if nobody knows
     * @return what was seen
     */
    public Checked against(OptionalLong available) {
        String saw = this + (available.isPresent() ? ", available " + mib(available.getAsLong()) : "");
        List<Finding> findings = new ArrayList<>();
        if (available.isPresent() && bytes() > TIGHT * available.getAsLong()) {
            String text = "the run will take about " + mib(bytes()) + " and " + mib(available.getAsLong())
                    + " are available; " + wayOut();
            findings.add(
                    bytes() > available.getAsLong()
                            ? Checked.error("memory_short", text)
                            : Checked.warning("memory_tight", text));
        }
        return new Checked("memory", saw, findings);
    }

    /** Begins with what takes most. */
    private String wayOut() {
        long states = standing.get(2).bytes() + standing.get(3).bytes();
        long largest = Math.max(states, Math.max(sum(training), sum(sampling)));
        if (largest == states) {
            return "gradients and AdamW take most: train an adapter (LoRA) or fewer layers";
        }
        return largest == sum(training)
                ? "a training step takes most: lower the token budget, recompute layers, or use smaller chunks"
                : "sampling takes most: sample fewer texts at once, or shorter ones";
    }

    private static long sum(List<Part> parts) {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
    }

    @Override
    public String toString() {
        return mib(bytes()) + " = " + joined(standing) + ", and the larger of training (" + joined(training)
                + ") and sampling (" + joined(sampling) + ")";
    }

    private static String joined(List<Part> parts) {
        return parts.stream().map(Part::toString).collect(Collectors.joining(" + "));
    }
}
