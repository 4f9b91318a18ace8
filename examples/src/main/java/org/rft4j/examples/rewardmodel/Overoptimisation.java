package org.rft4j.examples.rewardmodel;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.story.Curve;

/** What is wanted beside what is rewarded. */
final class Overoptimisation {
    private Overoptimisation() {}

    /** Writes both curves into the example's folder, and gives them as a table. */
    static String curves(ExampleOptions options, Path run, String gold, String proxy) {
        Curve wanted = Curve.read(gold, options.seed(), run, gold);
        Curve rewarded = Curve.read(proxy, options.seed(), run, proxy);
        Curve.write(
                options.folder(),
                "What is wanted (gold) and what the reward model says (proxy), by rounds",
                List.of(wanted, rewarded));
        return table(wanted, rewarded);
    }

    static String table(Curve wanted, Curve rewarded) {
        StringBuilder table = new StringBuilder("| round | the reward model | what is wanted |\n|---|---|---|\n");
        for (int n = 0; n < wanted.points().size(); n++) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %d | %.2f | %.2f |\n",
                    wanted.points().get(n).round(),
                    rewarded.points().get(n).reward(),
                    wanted.points().get(n).reward()));
        }
        return table.toString();
    }
}
