package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.program.ProgramCall;
import org.rft4j.engine.program.TensorProgram;

/**
 * The body of a Llama-style decoder over weights that the caller owns.
 *
 * @param shape its numbers
 * @param weights embedding [V,H]; per layer input norm [H], query [N*D,H], key [M*D,H], value [M*D,H], output [H,N*D],
 *     post-attention norm [H], gate [F,H], up [F,H], down [H,F]; last the final norm [H]
 */
public record Decoder(DecoderShape shape, List<NDArray> weights) {
    private static final int WEIGHTS_PER_LAYER = 9;

    public Decoder {
        weights = List.copyOf(weights);
        int expected = 2 + WEIGHTS_PER_LAYER * shape.layers();
        Check.that(
                weights.size() == expected,
                "number of decoder weights",
                weights.size(),
                "must be " + expected + " for " + shape.layers() + " layers",
                "pass embedding, nine weights per layer, final norm");
        NDArray embedding = weights.get(0);
        Shapes.require(embedding, "embedding [V,H]", Shapes.ANY, Shapes.ANY);
        Shapes.requireType(embedding, "embedding", DataType.FLOAT32, DataType.BFLOAT16);
        requireShapes(shape, weights, embedding.getShape().get(1));
    }

    /**
     * The number of tokens it embeds.
     *
     * @return V
     */
    public long vocabulary() {
        return weights.get(0).getShape().get(0);
    }

    /**
     * Computes hidden states after the last norm, the head's input.
     *
     * @param ids tokens [B,T], rows padded on the right with any valid id
     * @param memory what is kept for the way back
     * @param scope owns the results
     * @return hidden states, and the way back
     */
    public DecoderPass forward(TokenIds ids, ActivationMemory memory, NDManager scope) {
        ids.requireBelow(vocabulary());
        NDArray tokens = ids.toArray(scope).toDevice(weights.get(0).getDevice(), false);
        NDArray positions = positions(ids, scope);
        ProgramCall call = call(memory == ActivationMemory.RECOMPUTE_LAYERS ? "forward_lean" : "forward")
                .with("ids", tokens)
                .with("positions", positions);
        if (memory == ActivationMemory.KEEP_ALL) {
            call.recordGradients();
        }
        NDList results = call.run(scope);
        NDArray hidden = results.get(0);
        List<NDArray> layerInputs = results.subList(1, results.size());
        return new DecoderPass(this, memory, tokens, positions, hidden, List.copyOf(layerInputs), scope);
    }

    /**
     * Tokens that continue prompts.
     *
     * @param tokens [B,N] int64, -1 after a stop token
     * @param logProbs [B,N] fp32 under the filtered distribution
     */
    public record Continuation(NDArray tokens, NDArray logProbs) {}

    /**
     * Continues prompts token by token, with a key-value cache, in one native call.
     *
     * @param head the language-model head, without bias and soft cap
     * @param prompts [B,P], padded on the right
     * @param lengths true length of each prompt, at least 1
     * @param filters one filter per row or one for all
     * @param uniforms [B][N] numbers in [0,1): N tokens are made at most
     * @param stopIds tokens that end a row
     * @param scope owns the results
     * @return the new tokens
     */
    public Continuation generate(
            LmHead head,
            TokenIds prompts,
            long[] lengths,
            List<SamplingFilter> filters,
            double[][] uniforms,
            List<Long> stopIds,
            NDManager scope) {
        requireGeneration(head, prompts, lengths, uniforms);
        NDArray embedding = weights.get(0);
        NDArray draws = scope.create(flatten(uniforms), new Shape(uniforms.length, uniforms[0].length));
        NDList results = call("generate")
                .with("head", head.weight())
                .with("prompts", prompts.toArray(scope).toDevice(embedding.getDevice(), false))
                .with("lengths", scope.create(lengths).toDevice(embedding.getDevice(), false))
                .with("filters", SamplingFilter.tableFor(filters, lengths.length, embedding, scope))
                .with("uniforms", draws.toDevice(embedding.getDevice(), false))
                .with("stop_ids", stopIds.stream().mapToLong(Long::longValue).toArray())
                .run(scope);
        long problems = results.get(2).getLong();
        if (problems > 0) {
            throw new InvalidInputException(
                    "logits", "not finite in " + problems + " row(s)", "must be finite", "check the weights for NaN");
        }
        return new Continuation(results.get(0), results.get(1));
    }

    ProgramCall call(String function) {
        return TensorProgram.named("decoder")
                .call(function)
                .with("weights", weights)
                .with("shape", shape.toProgram())
                .with("eps", shape.normEps())
                .with("theta", shape.ropeTheta());
    }

    private NDArray positions(TokenIds ids, NDManager scope) {
        long[] positions = new long[ids.rows() * ids.columns()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = i % ids.columns();
        }
        return scope.create(positions, new Shape(ids.rows(), ids.columns()))
                .toDevice(weights.get(0).getDevice(), false);
    }

    private void requireGeneration(LmHead head, TokenIds prompts, long[] lengths, double[][] uniforms) {
        prompts.requireBelow(vocabulary());
        Check.that(
                head.bias() == null && head.softcap() == 0,
                "head",
                "with bias or soft cap",
                "must have neither",
                "Llama-style decoders have plain heads");
        NDArray embedding = weights.get(0);
        requireWeight(
                head.weight(),
                "head weight",
                embedding,
                vocabulary(),
                embedding.getShape().get(1));
        Check.that(
                lengths.length == prompts.rows() && uniforms.length == prompts.rows(),
                "numbers of lengths and rows of uniforms",
                lengths.length + " and " + uniforms.length,
                "must both be the number of prompts " + prompts.rows(),
                "pass one of each per prompt");
        for (int b = 0; b < lengths.length; b++) {
            Check.that(
                    lengths[b] >= 1 && lengths[b] <= prompts.columns(),
                    "prompt length",
                    lengths[b],
                    "must be between 1 and the prompts' width " + prompts.columns(),
                    "begin an empty prompt with the model's start token");
            Check.that(
                    uniforms[b].length == uniforms[0].length && uniforms[b].length > 0,
                    "uniforms of row " + b,
                    uniforms[b].length + " numbers",
                    "must be as many as in row 0, and at least 1",
                    "draw one per new token");
            for (double u : uniforms[b]) {
                Check.that(u >= 0 && u < 1, "uniform", u, "must be at least 0 and below 1", "draw it from a generator");
            }
        }
    }

    private static double[] flatten(double[][] rows) {
        double[] flat = new double[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return flat;
    }

    private static void requireShapes(DecoderShape shape, List<NDArray> weights, long hidden) {
        long queries = (long) shape.heads() * shape.headWidth();
        long keys = (long) shape.keyValueHeads() * shape.headWidth();
        for (int layer = 0; layer < shape.layers(); layer++) {
            int first = 1 + WEIGHTS_PER_LAYER * layer;
            long inner = weights.get(first + 6).getShape().get(0);
            String[] names = {
                "input norm", "query", "key", "value", "output", "post-attention norm", "gate", "up", "down"
            };
            long[][] expected = {
                {hidden},
                {queries, hidden},
                {keys, hidden},
                {keys, hidden},
                {hidden, queries},
                {hidden},
                {inner, hidden},
                {inner, hidden},
                {hidden, inner}
            };
            for (int i = 0; i < names.length; i++) {
                requireWeight(weights.get(first + i), "layer " + layer + " " + names[i], weights.get(0), expected[i]);
            }
        }
        requireWeight(weights.get(weights.size() - 1), "final norm", weights.get(0), hidden);
    }

    private static void requireWeight(NDArray weight, String name, NDArray embedding, long... dimensions) {
        Shapes.require(weight, name, dimensions);
        Shapes.requireType(weight, name, Shapes.typeOf(embedding));
        Shapes.requireSameDevice(weight, name, embedding);
    }
}
