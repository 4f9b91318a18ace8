package org.rft4j.examples.nft;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.rft4j.examples.story.Curve;

/** Curves side by side. */
final class Comparison {
    private static final int EARLY = 4;

    private Comparison() {}

    /** A row for each run, and one for each algorithm with mean and standard deviation over its runs. */
    static String table(List<Curve> curves) {
        StringBuilder table = new StringBuilder(
                "| algorithm | seed | start | after " + EARLY + " rounds | end |\n|---|---|---|---|---|\n");
        for (String algorithm : curves.stream().map(Curve::name).distinct().toList()) {
            List<Curve> own =
                    curves.stream().filter(c -> c.name().equals(algorithm)).toList();
            own.forEach(c -> table.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.3f | %.3f | %.3f |\n",
                    algorithm,
                    c.seed(),
                    c.start(),
                    early(c),
                    c.end())));
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | mean ± std | %.3f | %.3f ± %.3f | %.3f ± %.3f |\n",
                    algorithm,
                    mean(own, Curve::start),
                    mean(own, Comparison::early),
                    deviation(own, Comparison::early),
                    mean(own, Curve::end),
                    deviation(own, Curve::end)));
        }
        return table.toString();
    }

    /** The last evaluation in the first rounds: it tells who is faster. */
    private static double early(Curve curve) {
        return curve.points().stream()
                .filter(point -> point.round() <= EARLY)
                .reduce((first, second) -> second)
                .orElseThrow()
                .reward();
    }

    static double mean(List<Curve> curves, ToDoubleFunction<Curve> of) {
        return curves.stream().mapToDouble(of).average().orElse(Double.NaN);
    }

    /** Of the sample, 0 for a single run. */
    static double deviation(List<Curve> curves, ToDoubleFunction<Curve> of) {
        double mean = mean(curves, of);
        double squares = curves.stream()
                .mapToDouble(curve -> Math.pow(of.applyAsDouble(curve) - mean, 2))
                .sum();
        return Math.sqrt(squares / Math.max(1, curves.size() - 1));
    }
}
