package org.rft4j.rewards.maths;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;

/** Writes a scalar as a quotient of polynomials, exactly. */
final class ExactForms {
    private static final BigInteger LARGEST_EXPONENT = BigInteger.valueOf(10_000);

    private final Budget budget;
    private final ExactPowers powers;
    private final ExactFunctions functions;

    ExactForms(Budget budget) {
        this.budget = budget;
        powers = new ExactPowers(budget);
        functions = new ExactFunctions(budget, powers);
    }

    Form of(Expr expr) {
        budget.charge(1);
        if (expr instanceof Expr.Num n) {
            return Form.of(n.value());
        }
        if (expr instanceof Expr.Sym s) {
            return symbol(s.name());
        }
        if (expr instanceof Expr.Sum s) {
            Form sum = Form.ZERO;
            for (Expr term : s.terms()) {
                sum = sum.plus(of(term), budget);
            }
            return sum;
        }
        if (expr instanceof Expr.Product p) {
            Form product = Form.ONE;
            for (Expr factor : p.factors()) {
                product = product.times(of(factor), budget);
            }
            return product;
        }
        if (expr instanceof Expr.Quotient q) {
            return of(q.above()).times(of(q.below()).inverse(budget), budget);
        }
        if (expr instanceof Expr.Power p) {
            return power(of(p.base()), of(p.exponent()));
        }
        if (expr instanceof Expr.Root r) {
            return root(of(r.index()), of(r.radicand()));
        }
        if (expr instanceof Expr.Call c) {
            return call(c);
        }
        if (expr instanceof Expr.Based b) {
            return Form.of(b.value());
        }
        throw new Undecidable("a structure within a formula");
    }

    private static Form symbol(String name) {
        return switch (name) {
            case Names.PI -> Form.of(Atom.PI);
            case Names.E -> Form.of(Atom.E);
            case Names.I -> Form.of(Atom.I);
            default -> Form.of(Atom.name(name));
        };
    }

    private Form power(Form base, Form exponent) {
        Rational constant = exponent.constant();
        if (constant == null) {
            Form turned = base.equals(Form.of(Atom.E)) ? turned(exponent) : null;
            return turned == null ? powers.exponential(base, exponent) : turned;
        }
        if (!constant.isWhole()) {
            return powers.fractional(base, constant);
        }
        Rational number = base.constant();
        if (number != null) {
            if (number.signum() == 0 && constant.signum() <= 0) {
                throw new Undecidable("a power of zero without a value");
            }
            return Form.of(number.signum() == 0 ? number : budget.power(number, constant.numerator()));
        }
        if (base.isSingle()) {
            return powers.wholeOfTerm(base, constant);
        }
        if (constant.numerator().abs().compareTo(LARGEST_EXPONENT) > 0) {
            throw new Undecidable("an exponent beyond " + LARGEST_EXPONENT);
        }
        return base.power(constant.numerator().intValue(), budget);
    }

    /** Where e to the power of i times a fraction of pi is exact; null elsewhere. */
    private @Nullable Form turned(Form exponent) {
        Monomial turn = Monomial.of(Atom.PI, Rational.ONE).times(Monomial.of(Atom.I, Rational.ONE));
        Rational times = exponent.isSingle() ? exponent.above().terms().get(turn) : null;
        if (times == null) {
            return null;
        }
        Form angle = Form.of(Atom.PI).times(Form.of(times), budget);
        Form real = functions.cosine(angle);
        return real.isIndependent() ? real.plus(functions.sine(angle).times(Form.of(Atom.I), budget), budget) : null;
    }

    private Form root(Form index, Form radicand) {
        Rational degree = index.constant();
        if (degree == null || !degree.isWhole() || degree.signum() <= 0) {
            throw new Undecidable("a root whose degree is no whole number");
        }
        return degree.equals(Rational.ONE) ? radicand : powers.fractional(radicand, Rational.ONE.over(degree));
    }

    private Form call(Expr.Call call) {
        List<Form> arguments = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            arguments.add(of(argument));
        }
        Form first = arguments.get(0);
        return switch (call.function()) {
            case DEGREES -> first.times(Form.of(Rational.of(1, 180)), budget).times(Form.of(Atom.PI), budget);
            case PERCENT -> first.times(Form.of(Rational.of(1, 100)), budget);
            case EXP -> powers.exponential(Form.of(Atom.E), first);
            case LN -> functions.logarithm(first);
            case LOG ->
                functions
                        .logarithm(arguments.get(1))
                        .times(functions.logarithm(first).inverse(budget), budget);
            case TAN -> functions.sine(first).times(functions.cosine(first).inverse(budget), budget);
            case COT -> functions.cosine(first).times(functions.sine(first).inverse(budget), budget);
            case SEC -> functions.cosine(first).inverse(budget);
            case CSC -> functions.sine(first).inverse(budget);
            case SIN -> functions.sine(first);
            case COS -> functions.cosine(first);
            default -> functions.arithmetic(call.function(), arguments);
        };
    }

    /** What has no exact form of its own: the same arguments give the same atom. */
    static Form opaque(String name, List<Form> arguments) {
        String key = arguments.stream().map(Form::key).collect(Collectors.joining(", ", name + "(", ")"));
        return Form.of(new Atom(Atom.Kind.OPAQUE, key));
    }
}
