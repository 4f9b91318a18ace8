package org.rft4j.core.policy;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.engine.decoder.DecodeOptions;
import org.rft4j.engine.decoder.DecodeRequest;
import org.rft4j.engine.decoder.DecodeRow;
import org.rft4j.engine.decoder.DecodeSession;
import org.rft4j.engine.decoder.DecodedRow;
import org.rft4j.engine.kernels.TokenRules;

/** Texts that a decode session drew, in turns with given tokens between them; {@code turns} says where each begins. */
record DrawnTexts(List<TokenTrace> traces, List<int[]> turns) {

    /** Draws as a sampler does, all rows at once, options per prompt. */
    static DrawnTexts draw(
            LanguageModel model, List<long[]> prompts, List<SamplingOptions> options, long usable, long[]... between) {
        DecodeOptions session = DecodeOptions.ofRows(prompts.size()).withUsableTokens(usable);
        List<Text> texts = new ArrayList<>();
        try (DecodeSession decoding = DecodeSession.open(model.decoder(), session)) {
            List<DecodeRow> rows =
                    decoding.prefill(prompts).stream().map(decoding::take).toList();
            prompts.forEach(prompt -> texts.add(new Text(prompt)));
            for (int turn = 0; turn <= between.length; turn++) {
                List<DecodeRequest.Row> request = new ArrayList<>();
                for (int n = 0; n < rows.size(); n++) {
                    if (turn > 0) {
                        decoding.extend(rows.get(n), between[turn - 1]);
                        texts.get(n).give(between[turn - 1]);
                    }
                    request.add(row(
                            rows.get(n),
                            options.get(n),
                            model.stopIds(),
                            SampleKey.of("prompt", n).atTurn(turn)));
                }
                List<DecodedRow> made = decoding.decode(DecodeRequest.untilAllStop(request));
                for (int n = 0; n < rows.size(); n++) {
                    texts.get(n).write(made.get(n));
                }
            }
        }
        return new DrawnTexts(
                texts.stream().map(Text::trace).toList(),
                texts.stream().map(Text::turns).toList());
    }

    private static DecodeRequest.Row row(DecodeRow row, SamplingOptions options, List<Long> modelEnds, SampleKey key) {
        List<Long> ends = options.endIds().isEmpty() ? modelEnds : options.endIds();
        TokenRules rules = new TokenRules(options.logitBias(), options.minNewTokens(), ends);
        double[] uniforms = key.random(options.seed()).uniforms(0, options.maxNewTokens());
        return new DecodeRequest.Row(row, options.filter(), rules, uniforms, ends);
    }

    /** That knows the sizes of supports. */
    TokenBatch batch() {
        return plainBatch()
                .withSupportSizes(traces.stream().map(TokenTrace::supportSizes).toList());
    }

    /** In which filters decide. */
    TokenBatch plainBatch() {
        return TokenBatch.of(
                traces.stream().map(TokenTrace::ids).toList(),
                traces.stream().map(TokenTrace::trained).toList());
    }

    /** The sampler's log-probs [N,T]. */
    float[] logProbs() {
        int columns = batch().columns();
        float[] all = new float[traces.size() * columns];
        for (int n = 0; n < traces.size(); n++) {
            System.arraycopy(
                    traces.get(n).logProbs(), 0, all, n * columns, traces.get(n).length());
        }
        return all;
    }

    /** A text while it grows. */
    private static final class Text {
        private final List<Long> ids = new ArrayList<>();
        private final List<Float> logProbs = new ArrayList<>();
        private final List<Integer> supportSizes = new ArrayList<>();
        private final List<Boolean> trained = new ArrayList<>();
        private final List<Integer> turns = new ArrayList<>();
        private final int promptLength;

        Text(long[] prompt) {
            promptLength = prompt.length;
            give(prompt);
        }

        void give(long[] tokens) {
            for (long id : tokens) {
                add(id, 0, 0, false);
            }
        }

        void write(DecodedRow row) {
            turns.add(ids.size());
            for (int i = 0; i < row.tokens().length; i++) {
                add(row.tokens()[i], row.logProbs()[i], row.supportSizes()[i], true);
            }
        }

        private void add(long id, float logProb, int supportSize, boolean drawn) {
            ids.add(id);
            logProbs.add(logProb);
            supportSizes.add(supportSize);
            trained.add(drawn);
        }

        int[] turns() {
            return turns.stream().mapToInt(Integer::intValue).toArray();
        }

        TokenTrace trace() {
            boolean[] mask = new boolean[ids.size()];
            float[] scores = new float[ids.size()];
            for (int t = 0; t < mask.length; t++) {
                mask[t] = trained.get(t);
                scores[t] = logProbs.get(t);
            }
            long[] tokens = ids.stream().mapToLong(Long::longValue).toArray();
            int[] sizes = supportSizes.stream().mapToInt(Integer::intValue).toArray();
            return new TokenTrace(tokens, mask, scores, sizes, promptLength);
        }
    }
}
