package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenIds;

/** Continues a batch of prompts that is known from the start; a {@link DecodeSession} of its own does the work. */
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
            Check.that(
                    filters.size() == 1 || filters.size() == lengths.length,
                    "number of filters",
                    filters.size(),
                    "must be 1 or the number of rows " + lengths.length,
                    "pass one filter for all rows or one per row");
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

        SamplingFilter filter(int row) {
            return filters.get(filters.size() == 1 ? 0 : row);
        }

        /** The prompts without their padding. */
        List<long[]> texts() {
            List<long[]> texts = new ArrayList<>();
            for (int b = 0; b < lengths.length; b++) {
                int row = b;
                long[] text = new long[Math.toIntExact(lengths[b])];
                Arrays.setAll(text, t -> prompts.get(row, t));
                texts.add(text);
            }
            return texts;
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
        decoder.head();
        request.prompts().requireBelow(decoder.config().vocabulary());
        int rows = request.prompts().rows();
        decoder.requireLength(request.prompts().columns() + request.newTokens(), "ask for fewer tokens");
        DecodeOptions options = DecodeOptions.ofRows(rows).withUsableTokens(request.usableTokens());
        try (DecodeSession session = DecodeSession.open(decoder, options)) {
            List<DecodeRequest.Row> wanted = new ArrayList<>();
            for (Prefix prefix : session.prefill(request.texts())) {
                int row = wanted.size();
                wanted.add(new DecodeRequest.Row(
                        session.take(prefix), request.filter(row), request.uniforms[row], request.stopIds()));
            }
            return continuation(
                    session.decode(DecodeRequest.untilAllStop(wanted)), request.newTokens(), decoder, scope);
        }
    }

    private static Continuation continuation(List<DecodedRow> rows, int width, Decoder decoder, NDManager scope) {
        long problems = rows.stream()
                .filter(row -> row.state() == DecodedRow.State.BROKEN)
                .count();
        if (problems > 0) {
            throw new InvalidInputException(
                    "logits", "not finite in " + problems + " row(s)", "must be finite", "check the weights for NaN");
        }
        long[] tokens = new long[rows.size() * width];
        float[] logProbs = new float[tokens.length];
        Arrays.fill(tokens, -1);
        for (int b = 0; b < rows.size(); b++) {
            long[] made = rows.get(b).tokens();
            System.arraycopy(made, 0, tokens, b * width, made.length);
            System.arraycopy(rows.get(b).logProbs(), 0, logProbs, b * width, made.length);
        }
        Shape shape = new Shape(rows.size(), width);
        return new Continuation(
                decoder.onDevice(scope.create(tokens, shape)), decoder.onDevice(scope.create(logProbs, shape)));
    }
}
