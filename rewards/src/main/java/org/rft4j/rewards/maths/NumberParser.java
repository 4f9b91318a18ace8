package org.rft4j.rewards.maths;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.maths.Token.Kind;

/** Reads numbers: decimals, mixed numbers, repeating decimals, numbers in another base. */
final class NumberParser {
    private static final int LARGEST_BASE = 36;

    private final TokenStream in;
    private final OperandParser operands;

    NumberParser(TokenStream in, OperandParser operands) {
        this.in = in;
        this.operands = operands;
    }

    Expr number() {
        String digits = in.next().text();
        if (in.peek().kind() == Kind.COMMAND && in.peek().text().startsWith("repeating ")) {
            return repeating(digits, in.next().text().substring("repeating ".length()));
        }
        if (in.acceptOperator("_")) {
            return based(digits);
        }
        Rational value = decimal(digits, in.budget());
        if (value.isWhole()) {
            Rational fraction = acceptFraction();
            if (fraction != null) {
                return new Expr.Num(value.plus(fraction));
            }
        }
        return new Expr.Num(value);
    }

    Expr plain() {
        return new Expr.Num(decimal(in.next().text(), in.budget()));
    }

    /** The proper fraction that makes 11\frac{2}{3} or "2 1/2" a mixed number, or null. */
    private @Nullable Rational acceptFraction() {
        int mark = in.mark();
        Rational fraction = in.acceptCommand("frac") ? proper(operands.argument(), operands.argument()) : spaced();
        // 2\frac12^3 and the like are products
        if (fraction == null || in.peek().isOperator("^")) {
            in.reset(mark);
            return null;
        }
        return fraction;
    }

    private @Nullable Rational spaced() {
        Token above = in.peek();
        if (above.kind() != Kind.NUMBER || !above.spaced() || !in.peek(1).isOperator("/")) {
            return null;
        }
        in.next();
        in.next();
        if (in.peek().kind() != Kind.NUMBER) {
            return null;
        }
        return proper(new Expr.Num(decimal(above.text(), in.budget())), plain());
    }

    private static @Nullable Rational proper(Expr above, Expr below) {
        if (above instanceof Expr.Num a && below instanceof Expr.Num b) {
            boolean proper = a.value().isWhole()
                    && b.value().isWhole()
                    && a.value().signum() > 0
                    && a.value().compareTo(b.value()) < 0;
            return proper ? a.value().over(b.value()) : null;
        }
        return null;
    }

    private Expr repeating(String digits, String period) {
        if (!digits.contains(".")) {
            throw new NotMaths("a line over digits without a point");
        }
        int places = digits.length() - digits.indexOf('.') - 1;
        Rational start = decimal(digits.endsWith(".") ? digits + "0" : digits, in.budget());
        BigInteger nines = BigInteger.TEN.pow(period.length()).subtract(BigInteger.ONE);
        Rational tail = new Rational(new BigInteger(period), nines.multiply(BigInteger.TEN.pow(places)));
        in.budget().chargeProduct(start, tail);
        return new Expr.Num(start.plus(tail));
    }

    private Expr based(String digits) {
        String name = operands.subscript();
        int base = name.matches("\\d{1,2}") ? Integer.parseInt(name) : 0;
        boolean valid =
                base >= 2 && base <= LARGEST_BASE && digits.chars().allMatch(d -> Character.digit(d, base) >= 0);
        if (!valid) {
            throw new NotMaths(digits + " in base " + name);
        }
        return new Expr.Based(Rational.of(new BigInteger(digits, base)), decimal(digits, in.budget()), base);
    }

    /** A decimal number exactly, within the limit of bits. */
    static Rational decimal(String digits, Budget budget) {
        int e = Math.max(digits.indexOf('e'), digits.indexOf('E'));
        String mantissa = e < 0 ? digits : digits.substring(0, e);
        String exponent = e < 0 ? "0" : digits.substring(e + 1);
        if (exponent.replaceAll("[+-]", "").length() > 5) {
            throw budget.tooLarge();
        }
        int scale = Integer.parseInt(exponent);
        if (3L * (Math.abs(scale) + mantissa.length()) > budget.limits().bits()) {
            throw budget.tooLarge();
        }
        budget.charge(1 + mantissa.length() / 8);
        String whole = mantissa.endsWith(".") ? mantissa + "0" : mantissa;
        return Rational.of(new BigDecimal(whole).scaleByPowerOfTen(scale));
    }
}
