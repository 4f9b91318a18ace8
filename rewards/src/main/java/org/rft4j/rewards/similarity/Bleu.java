package org.rft4j.rewards.similarity;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * BLEU of one text against its references, between 0 and 1, as sacrebleu 2 computes it with exponential smoothing. The diagnostics
 * hold the signature.
 *
 * @param column the task's reference, or list of references
 * @param options how texts are split and counted
 */
public record Bleu(String column, Options options) implements VerifiableReward {
    /**
     * Options.
     *
     * @param tokenizer how texts are split
     * @param order the longest n-grams
     * @param lowerCase whether case does not matter
     * @param effectiveOrder whether only n-grams count that the text is long enough to have; without it every text of fewer words than
     *     {@code order} earns 0
     */
    public record Options(BleuTokenizer tokenizer, int order, boolean lowerCase, boolean effectiveOrder) {
        /** What sacrebleu does with single sentences: 13a, up to 4-grams, case matters, effective order. */
        public static final Options SENTENCE = new Options(BleuTokenizer.THIRTEEN_A, 4, false, true);

        /** Checks the order. */
        public Options {
            Check.that(order >= 1 && order <= 16, "order", order, "must be between 1 and 16", "use 4");
        }

        String signature(int references) {
            return "nrefs:" + references + "|case:" + (lowerCase ? "lc" : "mixed") + "|eff:"
                    + (effectiveOrder ? "yes" : "no") + "|tok:" + tokenizer.signature() + "|smooth:exp";
        }
    }

    @Override
    public Score score(RewardSample sample) {
        List<String> references = References.of(sample.task(), column);
        List<List<String>> split = references.stream().map(this::tokens).toList();
        return Score.of(bleu(tokens(sample.completion()), split))
                .withDiagnostic("signature", options.signature(references.size()));
    }

    private List<String> tokens(String text) {
        String trimmed = text.stripTrailing();
        return options.tokenizer().tokens(options.lowerCase() ? trimmed.toLowerCase(Locale.ROOT) : trimmed);
    }

    private double bleu(List<String> text, List<List<String>> references) {
        double logs = 0;
        double smoothing = 1;
        int orders = options.order();
        for (int n = 1; n <= options.order(); n++) {
            int all = text.size() - n + 1;
            if (all <= 0) {
                orders = options.effectiveOrder() ? n - 1 : options.order();
                logs = options.effectiveOrder() ? logs : Double.NEGATIVE_INFINITY;
                break;
            }
            int found = Words.common(Words.ngrams(text, n), most(references, n));
            if (n == 1 && found == 0) {
                return 0;
            }
            if (found == 0) {
                smoothing *= 2;
            }
            logs += Math.log(found == 0 ? 1 / (smoothing * all) : (double) found / all);
        }
        return orders == 0 ? 0 : brevity(text.size(), references) * Math.exp(logs / orders);
    }

    /** How often each n-gram is in the reference that has it most often. */
    private static Map<List<String>, Integer> most(List<List<String>> references, int n) {
        Map<List<String>, Integer> most = new HashMap<>();
        references.forEach(
                reference -> Words.ngrams(reference, n).forEach((ngram, count) -> most.merge(ngram, count, Math::max)));
        return most;
    }

    /** Against the reference whose length is closest, the shorter of two. */
    private static double brevity(int length, List<List<String>> references) {
        int closest = references.get(0).size();
        for (List<String> reference : references) {
            int mine = Math.abs(reference.size() - length);
            int best = Math.abs(closest - length);
            if (mine < best || (mine == best && reference.size() < closest)) {
                closest = reference.size();
            }
        }
        return length < closest ? Math.exp(1 - (double) closest / length) : 1;
    }

    @Override
    public String name() {
        return "bleu";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return References.of(task, column);
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", "\u2042");
    }
}
