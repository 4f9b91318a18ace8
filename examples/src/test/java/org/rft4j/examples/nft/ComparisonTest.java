package org.rft4j.examples.nft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.examples.story.Curve;
import org.rft4j.examples.story.Curve.Point;

/** A row for each run, and mean and standard deviation of the sample for each algorithm. */
class ComparisonTest {
    @Test
    void table() {
        List<Curve> curves = List.of(
                new Curve(
                        "grpo", 1, List.of(new Point(0, 0.1), new Point(2, 0.2), new Point(4, 0.3), new Point(6, 0.6))),
                new Curve(
                        "grpo", 2, List.of(new Point(0, 0.1), new Point(2, 0.2), new Point(4, 0.5), new Point(6, 0.8))),
                new Curve("nft", 1, List.of(new Point(0, 0.1), new Point(3, 0.4), new Point(7, 0.9))));
        assertThat(Comparison.table(curves).lines())
                .containsExactly(
                        "| algorithm | seed | start | after 4 rounds | end |",
                        "|---|---|---|---|---|",
                        "| grpo | 1 | 0.100 | 0.300 | 0.600 |",
                        "| grpo | 2 | 0.100 | 0.500 | 0.800 |",
                        "| grpo | mean ± std | 0.100 | 0.400 ± 0.141 | 0.700 ± 0.141 |",
                        "| nft | 1 | 0.100 | 0.400 | 0.900 |",
                        "| nft | mean ± std | 0.100 | 0.400 ± 0.000 | 0.900 ± 0.000 |");
    }
}
