package org.rft4j.rewards.units;

import java.util.Map;
import java.util.TreeMap;
import org.rft4j.rewards.exact.Rational;

/**
 * A unit of measurement.
 *
 * @param dimension exponents of the base dimensions, none of them 0: {@code length}, {@code mass}, {@code time}, a currency, ...
 * @param factor how many base units it is: metres, grams, seconds, dollars, ...
 */
public record Unit(Map<String, Integer> dimension, Rational factor) {
    /** Copies the map. */
    public Unit {
        dimension = Map.copyOf(dimension);
    }

    /**
     * A unit of one dimension.
     *
     * @param dimension its name
     * @param factor how many base units it is
     * @return the unit
     */
    public static Unit base(String dimension, Rational factor) {
        return new Unit(Map.of(dimension, 1), factor);
    }

    /**
     * Whether quantities in both can be compared.
     *
     * @param other a unit
     * @return true if the dimensions are the same
     */
    public boolean isComparable(Unit other) {
        return dimension.equals(other.dimension);
    }

    Unit times(Unit other) {
        Map<String, Integer> sum = new TreeMap<>(dimension);
        other.dimension.forEach((name, exponent) -> sum.merge(name, exponent, Integer::sum));
        sum.values().removeIf(exponent -> exponent == 0);
        return new Unit(sum, factor.times(other.factor));
    }

    Unit power(int exponent) {
        Map<String, Integer> raised = new TreeMap<>();
        if (exponent != 0) {
            dimension.forEach((name, e) -> raised.put(name, e * exponent));
        }
        return new Unit(raised, factor.power(exponent));
    }
}
