package org.rft4j.rewards.units;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.rewards.exact.Rational;

class UnitsTest {
    private static Unit unit(String text) {
        return Units.parse(text).orElseThrow();
    }

    /** How many of the second the first is. */
    @ParameterizedTest
    @CsvSource({
        "km, m, 1000",
        "cm, mm, 10",
        "kilometers, km, 1",
        "\u03bcm, nm, 1000",
        "inch, cm, 127/50",
        "feet, inches, 12",
        "ft, in, 12",
        "yards, feet, 3",
        "mile, feet, 5280",
        "hours, minutes, 60",
        "days, hr, 24",
        "week, days, 7",
        "kg, g, 1000",
        "tonnes, kg, 1000",
        "pounds, ounces, 16",
        "L, mL, 1000",
        "liter, cm^3, 1000",
        "liters, cc, 1000",
        "m^2, cm^2, 10000",
        "square feet, sq inches, 144",
        "cubic meters, L, 1000",
        "hectare, m^2, 10000",
        "km/h, m/s, 5/18",
        "mph, miles per hour, 1",
        "m/s^2, cm/s^2, 100",
        "N, kg m/s^2, 1",
        "J, N*m, 1",
        "kJ, J, 1000",
        "W, J/s, 1",
        "dollars, cents, 100",
        "$, dollar, 1",
        "years, months, 12",
        "degrees, \u00b0, 1",
        "percent, %, 1",
        "gallon, quarts, 4",
        "gallons, pints, 8",
        "Hz, s^-1, 1",
        "kHz, Hz, 1000",
        "m2, m^{2}, 1"
    })
    void conversionsAreExact(String first, String second, String times) {
        String[] parts = times.split("/");
        Rational factor = Rational.of(Long.parseLong(parts[0]), parts.length > 1 ? Long.parseLong(parts[1]) : 1);
        assertThat(unit(first).isComparable(unit(second))).isTrue();
        assertThat(unit(first).factor()).isEqualTo(unit(second).factor().times(factor));
    }

    @ParameterizedTest
    @CsvSource({
        "m, s",
        "m, m^2",
        "dollars, euros",
        "\u00b0C, \u00b0F",
        "degrees, radians",
        "kg, N",
        "day, month",
        "%, degrees",
        "m/s, m*s"
    })
    void otherKinds(String first, String second) {
        assertThat(unit(first).isComparable(unit(second))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "apples", "square", "units", "m/", "/s", "cm+1", "m^9", "e", "per hour", "kk"})
    void whatIsNoUnit(String text) {
        assertThat(Units.parse(text)).isEmpty();
        assertThat(Units.parse("m".repeat(100))).isEmpty();
    }

    @Test
    void aLengthOverItselfHasNoDimension() {
        assertThat(unit("cm/m")).isEqualTo(new Unit(java.util.Map.of(), Rational.of(1, 100)));
    }
}
