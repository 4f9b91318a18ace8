package org.rft4j.core.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The words beside a chart's lines. */
final class ChartWords {
    private ChartWords() {}

    /** The names of curves without the beginning up to a slash that all of them share. */
    static List<String> names(List<Curve> curves) {
        String first = curves.get(0).name();
        String folder = first.substring(0, first.lastIndexOf('/') + 1);
        boolean common = curves.stream().allMatch(curve -> curve.name().startsWith(folder));
        return curves.stream()
                .map(curve -> common ? curve.name().substring(folder.length()) : curve.name())
                .toList();
    }

    /** How curves differ from their numbers, each remark behind a dot; empty where they do not. */
    static String remark(List<Curve> curves) {
        OptionalInt window = IntStream.range(0, curves.size())
                .filter(i -> !curves.get(i).smoothed().isLike(curves.get(i)))
                .map(i -> curves.get(i).window())
                .max();
        long notFinite = curves.stream()
                .flatMapToDouble(curve -> DoubleStream.of(curve.values()))
                .filter(Double::isInfinite)
                .count();
        Optional<String> smoothed =
                window.isPresent() ? Optional.of("mean over " + window.getAsInt() + " points") : Optional.empty();
        Optional<String> left = notFinite > 0
                ? Optional.of(Numbers.count(notFinite, "infinite value", "infinite values") + " left out")
                : Optional.empty();
        return Stream.of(smoothed, left)
                .flatMap(Optional::stream)
                .map(text -> " \u00b7 " + text)
                .reduce("", String::concat);
    }
}
