package org.rft4j.rewards.maths;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;

/** Evaluates a scalar at a point. */
final class Numeric {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    private final ComplexMath maths;
    private final RealFunctions real;
    private final MathContext digits;
    private final Budget budget;
    private final Map<String, Rational> point;

    /**
     * @param realOnly whether a square root or logarithm of a negative number ends the evaluation with {@link ComplexMath.NotReal}
     * @param point a value for each variable
     */
    Numeric(int precision, boolean realOnly, Map<String, Rational> point, Budget budget) {
        maths = new ComplexMath(precision, realOnly, budget);
        real = maths.real();
        digits = real.digits();
        this.budget = budget;
        this.point = point;
    }

    ComplexMath maths() {
        return maths;
    }

    Complex of(Expr expr) {
        budget.charge(1);
        if (expr instanceof Expr.Num n) {
            return Complex.of(n.value().decimal(digits));
        }
        if (expr instanceof Expr.Sym s) {
            return symbol(s.name());
        }
        if (expr instanceof Expr.Sum s) {
            Complex sum = Complex.ZERO;
            for (Expr term : s.terms()) {
                sum = maths.plus(sum, of(term));
            }
            return sum;
        }
        if (expr instanceof Expr.Product p) {
            Complex product = Complex.ONE;
            for (Expr factor : p.factors()) {
                product = maths.times(product, of(factor));
            }
            return product;
        }
        if (expr instanceof Expr.Quotient q) {
            return maths.over(of(q.above()), of(q.below()));
        }
        if (expr instanceof Expr.Power p) {
            return power(p);
        }
        if (expr instanceof Expr.Root r) {
            Rational degree = rational(r.index());
            if (degree == null || degree.signum() <= 0) {
                throw new Undecidable("a root whose degree is no whole number");
            }
            return maths.power(of(r.radicand()), Rational.ONE.over(degree));
        }
        if (expr instanceof Expr.Call c) {
            return call(c);
        }
        throw new Undecidable("a structure within a formula");
    }

    private Complex symbol(String name) {
        return switch (name) {
            case Names.PI -> Complex.of(real.pi());
            case Names.E -> Complex.of(real.exp(BigDecimal.ONE));
            case Names.I -> Complex.I;
            default -> {
                Rational value = point.get(name);
                if (value == null) {
                    throw new Undecidable(name + " has no value");
                }
                yield Complex.of(value.decimal(digits));
            }
        };
    }

    private Complex power(Expr.Power power) {
        Rational exponent = rational(power.exponent());
        if (exponent != null) {
            return maths.power(of(power.base()), exponent);
        }
        Complex value = of(power.exponent());
        return power.base().equals(new Expr.Sym(Names.E)) ? maths.exp(value) : maths.power(of(power.base()), value);
    }

    /** The value of an exponent if it is a rational number, or null. */
    private @Nullable Rational rational(Expr expr) {
        return expr instanceof Expr.Num n
                ? n.value()
                : new ExactForms(budget).of(expr).constant();
    }

    private Complex call(Expr.Call call) {
        List<Complex> arguments = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            arguments.add(of(argument));
        }
        Complex x = arguments.get(0);
        return switch (call.function()) {
            case EXP -> maths.exp(x);
            case LN -> maths.ln(x);
            case LOG -> maths.over(maths.ln(arguments.get(1)), maths.ln(x));
            case ABS -> Complex.of(maths.abs(x));
            case DEGREES -> maths.over(maths.times(x, Complex.of(real.pi())), Complex.of(BigDecimal.valueOf(180)));
            case PERCENT -> maths.over(x, Complex.of(BigDecimal.valueOf(100)));
            case SIN -> Complex.of(real.sin(requireReal(x)));
            case COS -> Complex.of(real.cos(requireReal(x)));
            case TAN -> quotient(real.sin(requireReal(x)), real.cos(requireReal(x)));
            case COT -> quotient(real.cos(requireReal(x)), real.sin(requireReal(x)));
            case SEC -> quotient(BigDecimal.ONE, real.cos(requireReal(x)));
            case CSC -> quotient(BigDecimal.ONE, real.sin(requireReal(x)));
            case SINH, COSH, TANH -> hyperbolic(call.function(), x);
            case ARCSIN -> Complex.of(real.arcsin(requireUnit(x)));
            case ARCCOS -> Complex.of(real.pi().divide(TWO, digits).subtract(real.arcsin(requireUnit(x)), digits));
            case ARCTAN -> Complex.of(real.arctan(requireReal(x)));
            case MAX -> extreme(arguments, 1);
            case MIN -> extreme(arguments, -1);
            default -> whole(call.function(), arguments);
        };
    }

    private Complex quotient(BigDecimal above, BigDecimal below) {
        return maths.over(Complex.of(above), Complex.of(below));
    }

    private Complex hyperbolic(Function function, Complex x) {
        Complex up = maths.exp(x);
        Complex down = maths.exp(x.negate());
        Complex sum = maths.plus(up, down);
        Complex difference = maths.plus(up, down.negate());
        return switch (function) {
            case SINH -> maths.over(difference, Complex.of(TWO));
            case COSH -> maths.over(sum, Complex.of(TWO));
            default -> maths.over(difference, sum);
        };
    }

    private Complex extreme(List<Complex> arguments, int sign) {
        Complex best = arguments.get(0);
        for (Complex one : arguments) {
            best = requireReal(one).compareTo(requireReal(best)) * sign > 0 ? one : best;
        }
        return best;
    }

    /** Functions of whole numbers whose arguments are whole only to our digits, or depend on variables. */
    private Complex whole(Function function, List<Complex> arguments) {
        List<Rational> numbers = new ArrayList<>();
        for (Complex argument : arguments) {
            BigDecimal value = requireReal(argument);
            BigDecimal rounded = value.setScale(0, RoundingMode.HALF_EVEN);
            BigDecimal distance = value.subtract(rounded).abs();
            boolean whole = distance.compareTo(BigDecimal.ONE.movePointLeft(maths.precision() / 2)) < 0;
            boolean rounding = function == Function.FLOOR || function == Function.CEILING;
            if (!whole && !rounding) {
                throw new Undecidable("a function of whole numbers at one that is not whole");
            }
            if (value.precision() - value.scale() > maths.precision()) {
                throw budget.tooLarge();
            }
            numbers.add(Rational.of(whole ? rounded : value));
        }
        Rational result = new WholeNumbers(budget).value(function, numbers);
        if (result == null) {
            throw new Undecidable("a function without a value");
        }
        return Complex.of(result.decimal(digits));
    }

    private static BigDecimal requireReal(Complex x) {
        if (!x.isReal()) {
            throw new Undecidable("a function of real numbers at a complex one");
        }
        return x.re();
    }

    private static BigDecimal requireUnit(Complex x) {
        BigDecimal value = requireReal(x);
        if (value.abs().compareTo(BigDecimal.ONE) > 0) {
            throw new ComplexMath.NotReal();
        }
        return value;
    }
}
