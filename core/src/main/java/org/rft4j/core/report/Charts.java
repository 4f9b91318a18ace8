package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.StepReport;

/** Sorts the numbers of a run into pictures: those that everybody wants to see together under a title, and each other one alone. */
final class Charts {
    /** More curves in a picture cannot be told apart. */
    private static final int MOST_CURVES = 6;

    private static final int MOST_OTHERS = 60;

    private static final double LARGEST = 1e300;
    private static final double SMALLEST = 1e-300;

    private static final List<Topic> TOPICS = List.of(
            new Topic("Loss", List.of(MetricNames.LOSS, "loss/policy_avg", "loss/value_avg")),
            new Topic("KL to the reference", List.of("kl", "objective/kl")),
            new Topic("KL to the policy that sampled", List.of("policy/approxkl_avg")),
            new Topic("Entropy", List.of("entropy", "policy/entropy_avg")),
            new Topic(
                    "Clipped tokens",
                    List.of(
                            "clip_ratio/region_mean",
                            "clip_ratio/low_mean",
                            "clip_ratio/high_mean",
                            "cispo_clip_ratio",
                            "policy/clipfrac_avg",
                            "val/clipfrac_avg")),
            new Topic(
                    "Tokens per completion",
                    List.of("completions/mean_length", "completions/min_length", "completions/max_length")),
            new Topic("Groups whose rewards are all equal", List.of("frac_reward_zero_std")),
            new Topic("Truncated completions", List.of("completions/clipped_ratio")),
            new Topic("Gradient norm", List.of("grad_norm", "critic/grad_norm")),
            new Topic("Learning rate", List.of("learning_rate", "critic/lr")),
            new Topic(
                    "Log-probs, sampler to trainer",
                    List.of("sampling/sampling_logp_difference/mean", "sampling/sampling_logp_difference/max")));

    private final Map<String, Curve> metrics;
    private final Map<String, Curve> timings;
    private final List<EvaluationReport> evaluations;

    private Charts(Map<String, Curve> metrics, Map<String, Curve> timings, List<EvaluationReport> evaluations) {
        this.metrics = metrics;
        this.timings = timings;
        this.evaluations = evaluations;
    }

    static Charts of(RunHistory run) {
        return new Charts(
                curves(run.steps(), StepReport::metrics), curves(run.steps(), StepReport::timings), run.evaluations());
    }

    /** Reward, its parts and the evaluations. */
    List<Chart> aims() {
        List<Chart> charts = new ArrayList<>();
        curve(MetricNames.REWARD).ifPresent(reward -> {
            Optional<Curve> band = rewardBand();
            String names = band.isPresent() ? "reward, band of reward_std" : "reward";
            charts.add(new Chart("Reward", names, List.of(reward), band));
        });
        charts.addAll(evaluationCharts());
        List<Curve> parts = metrics.values().stream()
                .filter(curve -> isRewardPart(curve.name()))
                .map(curve -> curve.with(partName(curve.name()), curve.values()))
                .toList();
        addPieces(charts, "Parts of the reward", "rewards/\u2026/mean", parts);
        return charts;
    }

    /** What is known about how training goes. */
    List<Chart> training() {
        List<Chart> charts = new ArrayList<>();
        for (Topic topic : TOPICS) {
            List<Curve> curves = topic.metrics().stream()
                    .flatMap(name -> curve(name).stream())
                    .toList();
            if (!curves.isEmpty()) {
                charts.add(new Chart(topic.title(), names(curves), curves, Optional.empty()));
            }
        }
        List<Curve> speeds = timings.values().stream()
                .filter(curve -> MetricNames.isSpeed(curve.name()) && curve.hasValues())
                .toList();
        addPieces(charts, "Speed", names(speeds), speeds);
        return charts;
    }

    /** Everything else. */
    List<Chart> others() {
        Set<String> shown = new LinkedHashSet<>(List.of(MetricNames.REWARD, MetricNames.REWARD_STD));
        TOPICS.forEach(topic -> shown.addAll(topic.metrics()));
        return metrics.values().stream()
                .filter(curve -> !shown.contains(curve.name()) && !isRewardPart(curve.name()) && curve.hasValues())
                .limit(MOST_OTHERS)
                .map(curve -> new Chart(curve.name(), "", List.of(curve), Optional.empty()))
                .toList();
    }

    /** Seconds of each part of the steps, the largest first; what no part accounts for is called the rest. */
    Map<String, Double> secondsByPart() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        timings.values().stream()
                .filter(curve -> MetricNames.isPartOfStep(curve.name()))
                .sorted((a, b) -> Double.compare(sum(b), sum(a)))
                .forEach(curve -> seconds.put(MetricNames.partOfStep(curve.name()), sum(curve)));
        double rest = seconds() - seconds.values().stream().mapToDouble(s -> s).sum();
        if (rest > 0) {
            seconds.put("rest", rest);
        }
        return seconds;
    }

    /** Seconds of all steps. */
    double seconds() {
        Curve steps = timings.get(MetricNames.STEP_SECONDS);
        return steps == null ? 0 : sum(steps);
    }

    /** The standard deviation of the reward, if it is known wherever the reward is. */
    Optional<Curve> rewardBand() {
        return curve(MetricNames.REWARD)
                .flatMap(reward ->
                        curve(MetricNames.REWARD_STD).filter(std -> Arrays.equals(std.steps(), reward.steps())));
    }

    /** What there is under a name: a curve of steps, or one of each evaluation, under the evaluation's name if there are several. */
    List<Curve> all(String metric) {
        Optional<Curve> ofSteps =
                curve(metric).or(() -> Optional.ofNullable(timings.get(metric)).filter(Curve::hasValues));
        if (ofSteps.isPresent()) {
            return List.of(ofSteps.get());
        }
        List<Curve> ofEvaluations = evaluationCurves().getOrDefault(metric, List.of()).stream()
                .filter(Curve::hasValues)
                .toList();
        return ofEvaluations.size() == 1
                ? List.of(ofEvaluations.get(0).with(metric, ofEvaluations.get(0).values()))
                : ofEvaluations;
    }

    /** All names of numbers. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>(metrics.keySet());
        names.addAll(evaluationCurves().keySet());
        names.addAll(timings.keySet());
        return names;
    }

    Optional<Curve> curve(String metric) {
        return Optional.ofNullable(metrics.get(metric)).filter(Curve::hasValues);
    }

    private static double sum(Curve curve) {
        double sum = 0;
        for (double value : curve.values()) {
            sum += Double.isFinite(value) ? value : 0;
        }
        return sum;
    }

    /** By metric, a curve of each evaluation under that evaluation's name. */
    private Map<String, List<Curve>> evaluationCurves() {
        Map<String, List<Curve>> byMetric = new LinkedHashMap<>();
        Map<String, List<EvaluationReport>> byName = new LinkedHashMap<>();
        evaluations.forEach(report ->
                byName.computeIfAbsent(report.name(), name -> new ArrayList<>()).add(report));
        byName.forEach((name, reports) -> curves(reports, EvaluationReport::step, EvaluationReport::metrics)
                .forEach((metric, curve) -> byMetric.computeIfAbsent(metric, m -> new ArrayList<>())
                        .add(curve.with(name, curve.values()))));
        return byMetric;
    }

    /** What all evaluations measure is in one chart, in the order in which they tell it: what matters most comes first. */
    private List<Chart> evaluationCharts() {
        Map<String, List<Curve>> byShortName = new LinkedHashMap<>();
        Map<String, Set<String>> names = new LinkedHashMap<>();
        evaluationCurves()
                .forEach((metric, curves) -> curves.forEach(curve -> {
                    String shortName = MetricNames.within(curve.name(), metric);
                    byShortName
                            .computeIfAbsent(shortName, m -> new ArrayList<>())
                            .add(curve);
                    names.computeIfAbsent(shortName, m -> new LinkedHashSet<>()).add(metric);
                }));
        List<Chart> charts = new ArrayList<>();
        byShortName.forEach((shortName, curves) ->
                addPieces(charts, "Evaluation: " + shortName, String.join(", ", names.get(shortName)), curves));
        return charts;
    }

    private static void addPieces(List<Chart> charts, String title, String names, List<Curve> curves) {
        List<Curve> shown = curves.stream().filter(Curve::hasValues).toList();
        for (int from = 0; from < shown.size(); from += MOST_CURVES) {
            List<Curve> piece = shown.subList(from, Math.min(shown.size(), from + MOST_CURVES));
            charts.add(new Chart(title, names, piece, Optional.empty()));
        }
    }

    private static boolean isRewardPart(String metric) {
        return metric.startsWith("rewards/") && metric.endsWith("/mean");
    }

    private static String partName(String metric) {
        return metric.substring("rewards/".length(), metric.length() - "/mean".length());
    }

    private static String names(Collection<Curve> curves) {
        return String.join(", ", curves.stream().map(Curve::name).toList());
    }

    private static Map<String, Curve> curves(
            List<StepReport> steps, Function<StepReport, Map<String, Double>> numbers) {
        return curves(steps, StepReport::step, numbers);
    }

    /** One curve per name, over the reports that have it, in the order in which the names first come. */
    private static <R> Map<String, Curve> curves(
            List<R> reports, Function<R, Long> step, Function<R, Map<String, Double>> numbers) {
        Map<String, Curve> curves = new LinkedHashMap<>();
        Stream<String> names = reports.stream()
                .flatMap(report -> numbers.apply(report).keySet().stream())
                .distinct();
        names.forEach(name -> {
            List<R> with = reports.stream()
                    .filter(report -> numbers.apply(report).containsKey(name))
                    .toList();
            double[] steps = with.stream().mapToDouble(step::apply).toArray();
            double[] values = with.stream()
                    .mapToDouble(report -> drawable(numbers.apply(report).getOrDefault(name, Double.NaN)))
                    .toArray();
            curves.put(name, new Curve(name, steps, values));
        });
        return curves;
    }

    /** Beyond these sizes a scale cannot be computed. */
    private static double drawable(double value) {
        double size = Math.abs(value);
        return size > LARGEST ? Math.copySign(Double.POSITIVE_INFINITY, value) : size < SMALLEST ? 0 : value;
    }

    /** Numbers that belong together. */
    private record Topic(String title, List<String> metrics) {}
}
