package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenHistory;
import org.rft4j.engine.kernels.TokenIds;

/** Continues prompts with a decoder, with a key-value cache, in one native call for a whole batch. */
public final class Generator {
    private Generator() {}

    /**
     * What to continue, and how.
     *
     * @param prompts [B,P], padded on the right
     * @param lengths true length of each prompt, at least 1
     * @param filters one filter per row or one for all
     * @param uniforms [B][N] numbers in [0,1): N tokens are made at most
     * @param stopIds tokens that end a row
     * @param usableTokens ids from here on are never drawn, whatever the filter: the rest of an embedding that is larger than
     *     the tokenizer's vocabulary; 0 = all may be drawn
     */
    public record Request(
            TokenIds prompts,
            long[] lengths,
            List<SamplingFilter> filters,
            double[][] uniforms,
            List<Long> stopIds,
            long usableTokens) {
        public Request {
            lengths = lengths.clone();
            filters = List.copyOf(filters);
            uniforms = copyOf(uniforms);
            stopIds = List.copyOf(stopIds);
            requirePerPrompt(prompts, lengths.length, uniforms.length);
            for (int b = 0; b < lengths.length; b++) {
                Check.that(
                        lengths[b] >= 1 && lengths[b] <= prompts.columns(),
                        "prompt length",
                        lengths[b],
                        "must be between 1 and the prompts' width " + prompts.columns(),
                        "begin an empty prompt with the model's start token");
                requireUniforms(uniforms, b);
            }
        }

        /**
         * A request that may draw every id.
         *
         * @param prompts [B,P], padded on the right
         * @param lengths true length of each prompt, at least 1
         * @param filters one filter per row or one for all
         * @param uniforms [B][N] numbers in [0,1): N tokens are made at most
         * @param stopIds tokens that end a row
         */
        public Request(
                TokenIds prompts,
                long[] lengths,
                List<SamplingFilter> filters,
                double[][] uniforms,
                List<Long> stopIds) {
            this(prompts, lengths, filters, uniforms, stopIds, 0);
        }

        @Override
        public long[] lengths() {
            return lengths.clone();
        }

        @Override
        public double[][] uniforms() {
            return copyOf(uniforms);
        }

        int newTokens() {
            return uniforms[0].length;
        }

        private static double[][] copyOf(double[][] rows) {
            return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
        }

        private static void requirePerPrompt(TokenIds prompts, int lengths, int uniforms) {
            Check.that(
                    lengths == prompts.rows() && uniforms == prompts.rows(),
                    "numbers of lengths and rows of uniforms",
                    lengths + " and " + uniforms,
                    "must both be the number of prompts " + prompts.rows(),
                    "pass one of each per prompt");
        }

        private static void requireUniforms(double[][] uniforms, int row) {
            Check.that(
                    uniforms[row].length == uniforms[0].length && uniforms[row].length > 0,
                    "uniforms of row " + row,
                    uniforms[row].length + " numbers",
                    "must be as many as in row 0, and at least 1",
                    "draw one per new token");
            for (double u : uniforms[row]) {
                Check.that(u >= 0 && u < 1, "uniform", u, "must be at least 0 and below 1", "draw it from a generator");
            }
        }
    }

    /**
     * Tokens that continue prompts.
     *
     * @param tokens [B,N] int64, -1 after a stop token
     * @param logProbs [B,N] fp32 under the filtered distribution over the usable tokens
     */
    public record Continuation(NDArray tokens, NDArray logProbs) {}

    /**
     * Continues prompts token by token.
     *
     * @param decoder the model, with a head
     * @param request what to continue, and how
     * @param scope owns the results
     * @return the new tokens
     */
    public static Continuation generate(Decoder decoder, Request request, NDManager scope) {
        LmHead head = decoder.head();
        int vocabulary = decoder.config().vocabulary();
        request.prompts().requireBelow(vocabulary);
        Check.that(
                request.usableTokens() >= 0 && request.usableTokens() <= vocabulary,
                "usableTokens",
                request.usableTokens(),
                "must be at least 0 and at most the model's vocabulary size " + vocabulary,
                "pass the tokenizer's vocabulary size, or 0 to draw from all");
        decoder.requireLength(request.prompts().columns() + request.newTokens(), "ask for fewer tokens");
        decoder.releaseSpareMemory(); // the cache needs it more
        NDArray weight = head.weight();
        int rows = request.prompts().rows();
        long usable = request.usableTokens() == 0 ? vocabulary : request.usableTokens();
        NDArray draws = scope.create(flatten(request.uniforms()), new Shape(rows, request.newTokens()));
        NDList results = decoder.call("generation", "generate")
                .with("head", weight)
                .with("head_bias", head.bias())
                .with("softcap", head.softcap())
                .with("prompts", decoder.onDevice(request.prompts().toArray(scope)))
                .with("lengths", decoder.onDevice(scope.create(request.lengths())))
                .with("filters", SamplingFilter.tableFor(request.filters(), rows, weight, scope))
                .with("shifts", List.of())
                .with("past", past(request, usable, weight, scope))
                .with("uniforms", decoder.onDevice(draws))
                .with(
                        "stop_ids",
                        request.stopIds().stream().mapToLong(Long::longValue).toArray())
                .with("usable", usable)
                .run(scope);
        long problems = results.get(2).getLong();
        if (problems > 0) {
            throw new InvalidInputException(
                    "logits", "not finite in " + problems + " row(s)", "must be finite", "check the weights for NaN");
        }
        return new Continuation(results.get(0), results.get(1));
    }

    private static List<NDArray> past(Request request, long usable, NDArray beside, NDManager scope) {
        if (request.filters().stream().noneMatch(SamplingFilter::penalised)) {
            return List.of();
        }
        List<TokenHistory> histories = new ArrayList<>();
        for (int b = 0; b < request.prompts().rows(); b++) {
            long[] prompt = new long[(int) request.lengths()[b]];
            for (int t = 0; t < prompt.length; t++) {
                prompt[t] = request.prompts().get(b, t);
            }
            histories.add(TokenHistory.of(prompt));
        }
        return TokenHistory.tableFor(histories, request.newTokens(), usable, beside, scope);
    }

    private static double[] flatten(double[][] rows) {
        double[] flat = new double[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return flat;
    }
}
