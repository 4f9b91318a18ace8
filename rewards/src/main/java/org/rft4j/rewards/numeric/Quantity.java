package org.rft4j.rewards.numeric;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.units.Unit;
import org.rft4j.rewards.units.Units;

/**
 * A number with a unit, or without.
 *
 * @param value the number, exactly as it was written
 * @param unit its unit, or null where there is none
 * @param label what stood in the unit's place and is no unit that we know; empty where there is nothing
 */
public record Quantity(Rational value, @Nullable Unit unit, String label) {
    private static final int LONGEST = 400;
    private static final int LARGEST_EXPONENT = 400;
    private static final String DIGITS =
            "(?:\\d{1,3}(?:,\\d{3})+(?![\\d,])|\\d{1,3}(?:[ _]\\d{3})+(?![\\d_])|\\d+)(?:\\.\\d*)?|\\.\\d+";
    private static final Pattern NUMBER =
            Pattern.compile("([+-])?\\s*([$\u20ac\u00a3\u00a5\u20b9])?\\s*([+-])?\\s*(" + DIGITS + ")");
    private static final Pattern EXPONENT = Pattern.compile(
            "(?:[eE]|\\s*(?:[x*\u00d7\u00b7]|\\\\times|\\\\cdot)\\s*10\\s*\\^?\\s*\\{?)([+-]?\\d{1,4})\\}?");
    private static final Pattern FRACTION = Pattern.compile("\\s*/\\s*(\\d+)(?![\\d.])");
    private static final Pattern MIXED = Pattern.compile("[\\s-]+(\\d+)\\s*/\\s*(\\d+)(?![\\d.])");
    private static final Map<Character, Rational> VULGAR = Map.of(
            '\u00bd', Rational.of(1, 2),
            '\u2153', Rational.of(1, 3),
            '\u2154', Rational.of(2, 3),
            '\u00bc', Rational.of(1, 4),
            '\u00be', Rational.of(3, 4));

    /**
     * Reads a quantity: {@code -1,234.5}, {@code 1.5e-3 kg}, {@code 6.02 x 10^23}, {@code 3/4 inch}, {@code 2 1/2 hours},
     * {@code $5}, {@code 50%}.
     *
     * @param text all of it must be the quantity
     * @return the quantity, or nothing where the text is none
     */
    public static Optional<Quantity> parse(String text) {
        String plain = text.length() > LONGEST ? "" : plain(text);
        Matcher number = NUMBER.matcher(plain);
        if (!number.lookingAt() || (number.group(1) != null && number.group(3) != null)) {
            return Optional.empty();
        }
        Scan scan = magnitude(number.group(4), plain, number.end());
        if (scan == null) {
            return Optional.empty();
        }
        boolean negative = "-".equals(number.group(1)) || "-".equals(number.group(3));
        String rest = plain.substring(scan.end()).strip();
        String words = number.group(2) == null ? rest : number.group(2);
        if (!rest.isEmpty() && Units.parse(rest).isEmpty() && !Units.isLabel(rest)) {
            return Optional.empty();
        }
        Unit unit = Units.parse(words).orElse(null);
        Rational value = negative ? scan.value().negate() : scan.value();
        return Optional.of(new Quantity(value, unit, unit == null ? words : ""));
    }

    private record Scan(Rational value, int end) {}

    private static @Nullable Scan magnitude(String digits, String text, int end) {
        String bare = digits.replaceAll("[, _]", "");
        Rational value = Rational.of(new BigDecimal(bare.endsWith(".") ? bare + "0" : bare));
        Rational vulgar = end < text.length() ? VULGAR.get(text.charAt(end)) : null;
        if (vulgar != null) {
            return new Scan(value.plus(vulgar), end + 1);
        }
        Matcher exponent = at(EXPONENT, text, end);
        if (exponent != null) {
            int power = Integer.parseInt(exponent.group(1));
            return Math.abs(power) > LARGEST_EXPONENT
                    ? null
                    : new Scan(value.times(Rational.of(10).power(power)), exponent.end());
        }
        Matcher mixed = value.isWhole() ? at(MIXED, text, end) : null;
        if (mixed != null) {
            Rational part = fraction(mixed.group(1), mixed.group(2));
            return part == null || part.compareTo(Rational.ONE) >= 0 ? null : new Scan(value.plus(part), mixed.end());
        }
        Matcher fraction = at(FRACTION, text, end);
        if (fraction != null) {
            Rational below = fraction(fraction.group(1), "1");
            return below == null || below.signum() == 0 ? null : new Scan(value.over(below), fraction.end());
        }
        return new Scan(value, end);
    }

    private static @Nullable Rational fraction(String above, String below) {
        Rational divisor = Rational.of(new BigDecimal(below));
        return divisor.signum() == 0 ? null : Rational.of(new BigDecimal(above)).over(divisor);
    }

    private static @Nullable Matcher at(Pattern pattern, String text, int start) {
        Matcher matcher = pattern.matcher(text).region(start, text.length());
        return matcher.lookingAt() ? matcher : null;
    }

    /** Without the marks of LaTeX and markdown, with digits and signs in ASCII. */
    private static String plain(String text) {
        StringBuilder ascii = new StringBuilder();
        for (char c : text.strip().toCharArray()) {
            boolean foreign = c > 127 && Character.isDigit(c);
            ascii.append(foreign ? (char) ('0' + Character.digit(c, 10)) : c == '\u2212' ? '-' : c);
        }
        String bare = ascii.toString()
                .replaceAll("^\\$(.*)\\$$", "$1")
                .replaceAll("\\\\(?:text|mathrm|textbf|mathbf|mbox)\\s*\\{([^{}]*)\\}", " $1 ")
                .replaceAll("\\\\[d]?frac\\{(\\d+)\\}\\{(\\d+)\\}", " $1/$2 ")
                .replaceAll("\\\\[,;!: ]|~|\\*\\*", " ")
                .replaceAll("\\^\\{?\\\\circ\\}?", "\u00b0")
                .replace("\\$", "$")
                .replace("\\%", "%")
                .strip();
        return bare.replaceAll("[.;,]$", "").replaceAll("^([+-])\\s+", "$1");
    }

    /**
     * The number in another unit.
     *
     * @param other a unit of the same kind as this one's
     * @return how many of those it is
     */
    public Rational in(Unit other) {
        return unit == null ? value : value.times(unit.factor()).over(other.factor());
    }
}
