package org.rft4j.rewards.units;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;

/**
 * Reads units: SI with prefixes, the usual others of length, area, volume, mass, time, speed and energy, degrees, percent, and
 * currencies. Conversions are exact; between currencies, and between Celsius and Fahrenheit, there are none.
 */
public final class Units {
    private static final int LONGEST = 60;
    private static final int LARGEST_EXPONENT = 6;
    private static final Pattern POWER = Pattern.compile("([^+-]+?)(?:\\^\\{?([+-]?\\d)\\}?|(\\d))?");
    private static final Pattern SQUARE = Pattern.compile("(?:square|sq\\.?)\\s+(.+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern CUBIC = Pattern.compile("(?:cubic|cu\\.?)\\s+(.+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern LABEL = Pattern.compile("[\\p{L}][\\p{L} .'-]*");
    private static final Pattern MEANINGFUL = Pattern.compile(
            "\\b(?:or|and|nor|not|no|if|but|than|more|less|fewer|least|most|either|maybe|perhaps|unless|except|is|are|was|isn't"
                    + "|wrong|false|about|almost|nearly|minus|plus|times|over|half|hundred|thousand|million|billion|dozen"
                    + "|squared|cubed|modulo|mod|factorial|point|to|oder|und|ou|et)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Map<String, String> PREFIXES = Map.ofEntries(
            Map.entry("n", "1e-9"),
            Map.entry("\u03bc", "1e-6"),
            Map.entry("\u00b5", "1e-6"),
            Map.entry("m", "1e-3"),
            Map.entry("c", "1e-2"),
            Map.entry("d", "1e-1"),
            Map.entry("k", "1e3"),
            Map.entry("M", "1e6"),
            Map.entry("G", "1e9"));
    private static final Map<String, String> LONG_PREFIXES = Map.of(
            "nano", "1e-9", "micro", "1e-6", "milli", "1e-3", "centi", "1e-2", "deci", "1e-1", "kilo", "1e3", "mega",
            "1e6", "giga", "1e9");

    /** Symbols that take a prefix. */
    private static final Map<String, Unit> SI = new HashMap<>();
    /** Words that take a prefix. */
    private static final Map<String, Unit> SI_WORDS = new HashMap<>();
    /** Everything that takes none; words in lower case and singular. */
    private static final Map<String, Unit> OTHERS = new HashMap<>();

    static {
        si("m", "meter metre", Unit.base("length", Rational.ONE));
        si("g", "gram gramme", Unit.base("mass", Rational.ONE));
        si("s", "second", Unit.base("time", Rational.ONE));
        si("L", "liter litre", new Unit(Map.of("length", 3), number("0.001")));
        si("l", "", new Unit(Map.of("length", 3), number("0.001")));
        si("Hz", "hertz", new Unit(Map.of("time", -1), Rational.ONE));
        si("N", "newton", new Unit(Map.of("mass", 1, "length", 1, "time", -2), number("1000")));
        si("J", "joule", new Unit(Map.of("mass", 1, "length", 2, "time", -2), number("1000")));
        si("W", "watt", new Unit(Map.of("mass", 1, "length", 2, "time", -3), number("1000")));
        si("Pa", "pascal", new Unit(Map.of("mass", 1, "length", -1, "time", -2), number("1000")));
        si("A", "ampere amp", Unit.base("current", Rational.ONE));
        si("V", "volt", new Unit(Map.of("mass", 1, "length", 2, "time", -3, "current", -1), number("1000")));
        si("K", "kelvin", Unit.base("kelvin", Rational.ONE));
        si("mol", "mole", Unit.base("amount", Rational.ONE));
        others(
                "length",
                "0.0254",
                "inch inches in",
                "0.3048",
                "foot feet ft",
                "0.9144",
                "yard yd",
                "1609.344",
                "mile mi");
        others("mass", "28.349523125", "ounce oz", "453.59237", "pound lb lbs", "1000000", "tonne", "1000", "kilo");
        others("time", "1", "sec", "60", "minute min mins", "3600", "hour hr hrs h", "86400", "day", "604800", "week");
        others("month", "1", "month", "12", "year yr yrs");
        others(
                "USD",
                "1",
                "dollar usd $ bucks",
                "0.01",
                "cent \u00a2",
                "0.05",
                "nickel",
                "0.1",
                "dime",
                "0.25",
                "quarter");
        others("EUR", "1", "euro eur \u20ac");
        others("GBP", "1", "gbp \u00a3", "0.01", "pence");
        others("JPY", "1", "yen jpy \u00a5");
        others("INR", "1", "rupee inr \u20b9");
        others("angle", "1", "degree deg \u00b0");
        others("radian", "1", "radian rad");
        others("celsius", "1", "\u00b0c celsius");
        others("fahrenheit", "1", "\u00b0f fahrenheit");
        power("length", 2, "10000", "hectare ha", "4046.8564224", "acre");
        power("length", 3, "0.003785411784", "gallon gal", "0.000946352946", "quart qt", "0.000473176473", "pint pt");
        OTHERS.put("mph", new Unit(Map.of("length", 1, "time", -1), number("0.44704")));
        OTHERS.put("kph", new Unit(Map.of("length", 1, "time", -1), Rational.of(5, 18)));
        OTHERS.put("cc", new Unit(Map.of("length", 3), number("0.000001")));
        OTHERS.put("%", new Unit(Map.of("percent", 1), Rational.ONE));
        OTHERS.put("percent", new Unit(Map.of("percent", 1), Rational.ONE));
    }

    private Units() {}

    /**
     * Whether words may stand behind a number without changing what it says, as in {@code 5 apples}: a few words that are letters
     * only, none of which hedges, denies or compares.
     *
     * @param words what stands behind the number
     * @return true for a label
     */
    public static boolean isLabel(String words) {
        return words.length() <= LONGEST
                && LABEL.matcher(words).matches()
                && !MEANINGFUL.matcher(words).find();
    }

    /**
     * Reads a unit.
     *
     * @param text such as {@code cm^2}, {@code square feet}, {@code km/h}, {@code miles per hour}, {@code $}
     * @return the unit, or nothing where it is not known
     */
    public static Optional<Unit> parse(String text) {
        String bare = text.strip().replaceAll("\\s+", " ").replaceAll("\\.$", "");
        if (bare.isEmpty() || bare.length() > LONGEST) {
            return Optional.empty();
        }
        String[] over = bare.replaceAll("(?i) per ", "/").split("/", -1);
        Unit product = factors(over[0]);
        for (int i = 1; i < over.length && product != null; i++) {
            Unit below = factors(over[i]);
            product = below == null ? null : product.times(below.power(-1));
        }
        return Optional.ofNullable(product);
    }

    private static @Nullable Unit factors(String text) {
        String bare = text.strip();
        Unit whole = raised(bare);
        if (whole != null) {
            return whole;
        }
        Unit product = null;
        for (String part : bare.split("[ *\u00b7\u22c5]+")) {
            Unit factor = raised(part);
            if (factor == null) {
                return null;
            }
            product = product == null ? factor : product.times(factor);
        }
        return product;
    }

    private static @Nullable Unit raised(String text) {
        Matcher square = SQUARE.matcher(text);
        if (square.matches()) {
            Unit side = single(square.group(1));
            return side == null ? null : side.power(2);
        }
        Matcher cubic = CUBIC.matcher(text);
        if (cubic.matches()) {
            Unit side = single(cubic.group(1));
            return side == null ? null : side.power(3);
        }
        Matcher power = POWER.matcher(text.replace(" ", ""));
        if (!power.matches()) {
            return null;
        }
        Unit base = single(power.group(1).replaceAll("\\^$", ""));
        String digits = power.group(2) == null ? power.group(3) : power.group(2);
        int exponent = digits == null ? 1 : Integer.parseInt(digits);
        return base == null || Math.abs(exponent) > LARGEST_EXPONENT ? null : base.power(exponent);
    }

    private static @Nullable Unit single(String name) {
        Unit symbol = prefixed(name, SI, PREFIXES);
        if (symbol != null) {
            return symbol;
        }
        String word = name.toLowerCase(Locale.ROOT);
        for (String form : new String[] {word, word.replaceAll("s$", ""), word.replaceAll("ies$", "y")}) {
            Unit known = OTHERS.get(form);
            known = known == null ? prefixed(form, SI_WORDS, LONG_PREFIXES) : known;
            if (known != null) {
                return known;
            }
        }
        return null;
    }

    private static @Nullable Unit prefixed(String name, Map<String, Unit> units, Map<String, String> prefixes) {
        Unit plain = units.get(name);
        if (plain != null) {
            return plain;
        }
        for (Map.Entry<String, String> prefix : prefixes.entrySet()) {
            Unit unit = name.startsWith(prefix.getKey())
                    ? units.get(name.substring(prefix.getKey().length()))
                    : null;
            if (unit != null) {
                return new Unit(unit.dimension(), unit.factor().times(number(prefix.getValue())));
            }
        }
        return null;
    }

    private static void si(String symbol, String words, Unit unit) {
        SI.put(symbol, unit);
        for (String word : words.isEmpty() ? new String[0] : words.split(" ")) {
            SI_WORDS.put(word, unit);
        }
    }

    private static void others(String dimension, String... factorsAndNames) {
        power(dimension, 1, factorsAndNames);
    }

    private static void power(String dimension, int exponent, String... factorsAndNames) {
        for (int i = 0; i < factorsAndNames.length; i += 2) {
            for (String name : factorsAndNames[i + 1].split(" ")) {
                OTHERS.put(name, new Unit(Map.of(dimension, exponent), number(factorsAndNames[i])));
            }
        }
    }

    private static Rational number(String decimal) {
        return Rational.of(new BigDecimal(decimal));
    }
}
