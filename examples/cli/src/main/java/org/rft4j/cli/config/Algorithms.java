package org.rft4j.cli.config;

import java.util.List;
import java.util.stream.Stream;
import org.rft4j.cli.bind.Family;

/** All algorithms that a file can name. */
final class Algorithms {
    static final Family<Recipe> FAMILY = new Family<>(
            "algorithm",
            Stream.of(OnlineAlgorithms.ALL, PreferenceAlgorithms.ALL, LikelihoodAlgorithms.ALL, UnpairedAlgorithms.ALL)
                    .flatMap(List::stream)
                    .toList());

    private Algorithms() {}
}
