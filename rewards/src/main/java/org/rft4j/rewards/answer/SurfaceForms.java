package org.rft4j.rewards.answer;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Ways to write an answer, right and wrong, for self-checks. */
public final class SurfaceForms {
    private static final Pattern WHOLE = Pattern.compile("-?(?:\\d+|\\d{1,3}(?:,\\d{3})+)");

    private SurfaceForms() {}

    /**
     * Forms of a mathematical answer that mean the same.
     *
     * @param gold the answer
     * @return itself, between dollar signs, and for whole numbers with and without separators and decimals
     */
    public static List<String> same(String gold) {
        List<String> forms = new ArrayList<>(List.of(gold, " " + gold + " "));
        boolean dollars = gold.contains("$");
        if (!dollars) {
            forms.add("$" + gold + "$");
        }
        if (WHOLE.matcher(gold).matches()) {
            String plain = gold.replace(",", "");
            forms.add(plain);
            forms.add(plain + ".0");
            forms.add(grouped(plain));
        }
        return forms.stream().distinct().toList();
    }

    /**
     * Answers that are wrong.
     *
     * @param gold the answer
     * @return others: for whole numbers the next ones, ten times as much, and the other sign
     */
    public static List<String> others(String gold) {
        if (!WHOLE.matcher(gold).matches()) {
            return List.of(gold + "+1");
        }
        BigInteger number = new BigInteger(gold.replace(",", ""));
        List<String> others = new ArrayList<>();
        others.add(number.add(BigInteger.ONE).toString());
        others.add(number.subtract(BigInteger.ONE).toString());
        others.add(number.multiply(BigInteger.TEN)
                .add(number.signum() == 0 ? BigInteger.ONE : BigInteger.ZERO)
                .toString());
        if (number.signum() != 0) {
            others.add(number.negate().toString());
        }
        return others;
    }

    private static String grouped(String digits) {
        return digits.replaceAll("(?<=\\d)(?=(?:\\d{3})+$)", ",");
    }
}
