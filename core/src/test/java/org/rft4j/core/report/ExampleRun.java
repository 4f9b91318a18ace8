package org.rft4j.core.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.random.KeyedRandom;

/** Tells listeners of a run that looks real: it learns, with noise, two steps a round. */
final class ExampleRun {
    private static final int SAMPLES = 8;

    private final long steps;
    private final KeyedRandom random = KeyedRandom.ofSeed(17);

    ExampleRun(long steps) {
        this.steps = steps;
    }

    /** Tells the whole run. */
    void tell(Path folder, List<RunListener> listeners) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("policy", "minimind2-small with LoRA, rank 16, on all linear layers");
        settings.put("loss", "token mean, clip 0.2 to 0.28, KL 0.02 (k3)");
        settings.put("groupSize", "8");
        settings.put("optimiser", "AdamW, learning rate 2e-5, 10 steps of warm-up, then cosine to 0");
        settings.put("sampling", "temperature 1.0, at most 128 tokens");
        settings.put("reward", "0.9 right + 0.1 format");
        settings.put("seed", "17");
        listeners.forEach(l -> l.started(new RunStart("GRPO", folder, 0, steps, steps / 2, settings)));
        for (long step = 1; step <= steps; step++) {
            tell(step, listeners);
        }
        Optional<Path> last = Optional.of(folder.resolve("checkpoints/step-" + steps));
        listeners.forEach(l -> l.ended(new RunEnd(RunEnd.Reason.FINISHED, steps, last, last)));
    }

    private void tell(long step, List<RunListener> listeners) {
        long round = (step - 1) / 2;
        if (step % 2 == 1) {
            RoundReport report = new RoundReport(round, step - 1, completions(step));
            listeners.forEach(l -> l.sampled(report));
        }
        StepReport report = new StepReport(step, round, metrics(step), timings(step));
        listeners.forEach(l -> l.stepped(report));
        if (step % 20 == 0) {
            EvaluationReport held = evaluation("held out", step, 0.05);
            EvaluationReport train = evaluation("train", step, 0);
            listeners.forEach(l -> l.evaluated(held));
            listeners.forEach(l -> l.evaluated(train));
        }
        if (step == steps / 3 || step == steps / 2) {
            Finding finding = new Finding(
                    Finding.Level.WARNING,
                    "truncated",
                    "31 % of completions were cut at 128 tokens. What is cut earns nothing for its answer; allow more tokens, or mask"
                            + " truncated completions.",
                    step);
            listeners.forEach(l -> l.found(finding));
        }
    }

    private double noise(String what, long step) {
        return random.derive(what).gaussian(step) / 2;
    }

    private double progress(long step) {
        return 1 / (1 + Math.exp(-9.0 * (step - 0.38 * steps) / steps));
    }

    private Map<String, Double> metrics(long step) {
        double p = progress(step);
        Map<String, Double> m = new LinkedHashMap<>();
        double reward = 0.1 + 0.78 * p + 0.1 * noise("reward", step) * (1 - 0.6 * p);
        m.put("reward", reward);
        m.put("reward_std", Math.max(0.02, 0.1 + 0.9 * reward * (1 - reward) + 0.04 * noise("std", step)));
        m.put("rewards/right/mean", Math.max(0, (reward - 0.08) / 0.9));
        m.put("rewards/format/mean", Math.min(1, 0.55 + 0.45 * progress(step * 2) + 0.03 * noise("format", step)));
        m.put("frac_reward_zero_std", Math.max(0, 0.1 + 0.5 * p + 0.12 * noise("zero", step)));
        m.put("loss", 0.004 * noise("loss", step) + 0.0004 * p);
        m.put("kl", 0.02 * p + 0.003 * Math.abs(noise("kl", step)) * p);
        m.put("entropy", 2.1 - 1.45 * p + 0.08 * noise("entropy", step));
        m.put("clip_ratio/low_mean", Math.max(0, 0.004 + 0.003 * noise("low", step)));
        m.put("clip_ratio/high_mean", Math.max(0, 0.011 + 0.006 * noise("high", step)));
        m.put("completions/mean_length", 61 - 44 * p + 4 * noise("length", step));
        m.put("completions/min_length", Math.max(1, 6 - 4 * p + noise("min", step)));
        m.put("completions/max_length", 128 - 60 * p * p + 14 * Math.min(0, noise("max", step)));
        m.put("completions/clipped_ratio", Math.max(0, 0.2 - 0.22 * p + 0.05 * noise("clipped", step)));
        m.put("grad_norm", 0.42 + 0.12 * noise("norm", step) + (step == steps * 3 / 4 ? 2 : 0));
        double warm = Math.min(1, step / 10.0);
        m.put("learning_rate", 2e-5 * warm * 0.5 * (1 + Math.cos(Math.PI * step / steps)));
        m.put("sampling/sampling_logp_difference/mean", 2e-6 + 4e-7 * noise("mean", step));
        m.put("sampling/sampling_logp_difference/max", 1.6e-5 + 4e-6 * noise("most", step));
        m.put("num_tokens", step * 16_384.0);
        return m;
    }

    private Map<String, Double> timings(long step) {
        Map<String, Double> t = new LinkedHashMap<>();
        double length = 20 + 40 * (1 - progress(step));
        double generation = step % 2 == 1 ? length / 14 * (1 + 0.05 * noise("gen", step)) : 0;
        double update = length / 40 * (1 + 0.05 * noise("update", step));
        t.put("time/step_s", generation + update + 0.21);
        t.put("time/sampling_s", generation);
        t.put("time/reward_s", generation / 400);
        t.put("time/scoring_s", 0.17);
        t.put("time/update_s", update);
        t.put("speed/trained_tokens_per_s", 5200 + 300 * noise("trained", step));
        t.put("speed/tokens_per_s", 1900 + 120 * noise("speed", step));
        return t;
    }

    private EvaluationReport evaluation(String name, long step, double gap) {
        Map<String, Double> m = new LinkedHashMap<>();
        double p = progress(step);
        m.put(EvaluationRule.prefix(name) + "_mean@4", 0.09 + (0.8 - gap) * p + 0.02 * noise(name, step));
        m.put(
                EvaluationRule.prefix(name) + "_pass@4",
                Math.min(1, 0.3 + (0.68 - gap) * p + 0.02 * noise(name + "pass", step)));
        return new EvaluationReport(name, step, m, List.of());
    }

    private List<Completion> completions(long step) {
        List<Completion> all = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            int a = (int) (step % 10);
            int b = (int) (step / 7 % 10);
            boolean right = random.derive("right").derive(step).uniform(i) < 0.12 + 0.8 * progress(step);
            String text = right
                    ? String.valueOf(a + b)
                    : "Let me think about it. The numbers are " + a + " and " + b + ".\nSo the answer is "
                            + (a + b + 1 + i) + "?";
            Map<String, Double> parts = new LinkedHashMap<>();
            parts.put("right", right ? 1.0 : 0.0);
            parts.put("format", right ? 1.0 : 0.0);
            String prompt = "user: What is " + a + " + " + b + "? Answer with the number only.";
            OptionalDouble reward = OptionalDouble.of(right ? 1 : 0);
            List<String> remarks = List.of(right ? "end of text" : "cut at 128 tokens");
            all.add(new Completion(
                    "sum-" + a + "-" + b, i, prompt, text, reward, parts, text.length() / 3 + 1, remarks));
        }
        return all;
    }
}
