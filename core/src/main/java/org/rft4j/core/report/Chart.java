package org.rft4j.core.report;

import java.util.List;
import java.util.Optional;

/**
 * What one picture shows.
 *
 * @param title in plain words
 * @param metrics the names of what it shows, as the log has them
 * @param curves one or a few
 * @param band half the width of a band around the first curve
 */
record Chart(String title, String metrics, List<Curve> curves, Optional<Curve> band) {
    Chart {
        curves = List.copyOf(curves);
    }
}
