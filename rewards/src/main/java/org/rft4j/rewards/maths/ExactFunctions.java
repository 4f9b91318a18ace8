package org.rft4j.rewards.maths;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;

/** Functions at arguments where their value is exact; an opaque atom elsewhere. */
final class ExactFunctions {
    private static final Rational HALF = Rational.of(1, 2);
    private static final Rational TWELVE = Rational.of(12);
    private static final int TWELFTHS_OF_TURN = 24;

    private final Budget budget;
    private final ExactPowers powers;

    ExactFunctions(Budget budget, ExactPowers powers) {
        this.budget = budget;
        this.powers = powers;
    }

    Form sine(Form angle) {
        Integer twelfths = twelfthsOfPi(angle);
        return twelfths == null ? ExactForms.opaque("sin", List.of(angle)) : sineOf(twelfths);
    }

    Form cosine(Form angle) {
        Integer twelfths = twelfthsOfPi(angle);
        return twelfths == null ? ExactForms.opaque("cos", List.of(angle)) : sineOf(twelfths + 6);
    }

    /** The angle in twelfths of pi within a turn, if it is a whole number of them, or null. */
    private @Nullable Integer twelfthsOfPi(Form angle) {
        if (angle.isZero()) {
            return 0;
        }
        if (!angle.isSingle()) {
            return null;
        }
        Rational times = angle.above().terms().get(Monomial.of(Atom.PI, Rational.ONE));
        Rational twelfths = times == null ? HALF : times.times(TWELVE);
        return twelfths.isWhole()
                ? twelfths.numerator().mod(BigInteger.valueOf(TWELFTHS_OF_TURN)).intValue()
                : null;
    }

    private Form sineOf(int twelfths) {
        int turn = Math.floorMod(twelfths, TWELFTHS_OF_TURN);
        boolean negative = turn > 12;
        int half = negative ? turn - 12 : turn;
        Form value = firstQuarter(Math.min(half, 12 - half));
        return negative ? Form.ZERO.minus(value, budget) : value;
    }

    private Form firstQuarter(int twelfths) {
        return switch (twelfths) {
            case 0 -> Form.ZERO;
            case 1 -> quarter(root(6), root(2), -1);
            case 2 -> Form.of(HALF);
            case 3 -> root(2).times(Form.of(HALF), budget);
            case 4 -> root(3).times(Form.of(HALF), budget);
            case 5 -> quarter(root(6), root(2), 1);
            default -> Form.ONE;
        };
    }

    private Form quarter(Form first, Form second, int sign) {
        return first.plus(second.times(Form.of(Rational.of(sign)), budget), budget)
                .times(Form.of(Rational.of(1, 4)), budget);
    }

    private Form root(long number) {
        return powers.fractional(Form.of(Rational.of(number)), HALF);
    }

    Form logarithm(Form argument) {
        if (argument.isZero()) {
            throw new Undecidable("the logarithm of zero");
        }
        Map.Entry<Monomial, Rational> term =
                argument.isSingle() ? argument.above().first() : null;
        boolean known = term != null
                && term.getValue().signum() > 0
                && term.getKey().exponents().keySet().stream()
                        .allMatch(a -> a.kind() == Atom.Kind.PRIME || a.kind() == Atom.Kind.E);
        if (!known || term == null) {
            return ExactForms.opaque("ln", List.of(argument));
        }
        Monomial all = powers.primes(term.getValue(), Rational.ONE).times(term.getKey());
        Form sum = Form.ZERO;
        for (Map.Entry<Atom, Rational> part : all.exponents().entrySet()) {
            Form one = part.getKey().kind() == Atom.Kind.E
                    ? Form.ONE
                    : Form.of(new Atom(Atom.Kind.LOGARITHM, part.getKey().key()));
            sum = sum.plus(one.times(Form.of(part.getValue()), budget), budget);
        }
        return sum;
    }

    /** Functions of rational numbers; opaque where an argument is none. */
    Form arithmetic(Function function, List<Form> arguments) {
        List<Rational> numbers = arguments.stream()
                .map(Form::constant)
                .filter(java.util.Objects::nonNull)
                .toList();
        Rational value = numbers.size() == arguments.size() ? new WholeNumbers(budget).value(function, numbers) : null;
        return value == null ? ExactForms.opaque(function.name().toLowerCase(Locale.ROOT), arguments) : Form.of(value);
    }
}
