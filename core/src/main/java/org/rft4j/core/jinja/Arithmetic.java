package org.rft4j.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Python's arithmetic operators, on numbers and on sequences. */
final class Arithmetic {
    /** Larger integers are of no use in a template, and slow. */
    private static final int MOST_BITS = 1 << 16;

    private static final long EXACT_IN_DOUBLE = 1L << 53;

    private Arithmetic() {}

    static Object add(Object a, Object b, Budget budget) {
        if (a instanceof Long x && b instanceof Long y) {
            long sum = x + y;
            return ((x ^ sum) & (y ^ sum)) < 0 ? (Object) big(a).add(big(b)) : (Object) sum;
        }
        if (a instanceof CharSequence x && b instanceof CharSequence y) {
            return concatenate(x, y, budget);
        }
        if (Types.isNumber(a) && Types.isNumber(b)) {
            return isReal(a, b) ? (Object) (Numbers.real(a) + Numbers.real(b)) : Numbers.normal(big(a).add(big(b)));
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            return joined(x, y, budget);
        }
        if (a instanceof Tuple x && b instanceof Tuple y) {
            return Tuple.of(joined(x.items(), y.items(), budget));
        }
        String type = Types.name(a);
        boolean sequence = a instanceof String || a instanceof List || a instanceof Tuple;
        if (sequence && !(b instanceof Undefined)) {
            throw JinjaError.runtime("can only concatenate " + type + " (not \"" + Types.name(b) + "\") to " + type);
        }
        throw unsupported("+", a, b);
    }

    private static CharSequence concatenate(CharSequence a, CharSequence b, Budget budget) {
        boolean marked = a instanceof Markup || b instanceof Markup;
        String x = marked ? Markup.escaped(a, budget) : a.toString();
        String y = marked ? Markup.escaped(b, budget) : b.toString();
        budget.value((long) x.length() + y.length());
        String text = x.concat(y);
        return marked ? new Markup(text) : text;
    }

    private static List<Object> joined(List<?> a, List<?> b, Budget budget) {
        budget.value((long) a.size() + b.size());
        List<Object> all = new ArrayList<>(a.size() + b.size());
        all.addAll(a);
        all.addAll(b);
        return all;
    }

    static Object subtract(Object a, Object b) {
        numbers("-", a, b);
        return isReal(a, b) ? (Object) (Numbers.real(a) - Numbers.real(b)) : Numbers.normal(big(a).subtract(big(b)));
    }

    static Object multiply(Object a, Object b, Budget budget) {
        if (isSequence(a) && isIndex(b)) {
            return repeat(a, b, budget);
        }
        if (isSequence(b) && isIndex(a)) {
            return repeat(b, a, budget);
        }
        if ((isSequence(a) && !(b instanceof Undefined)) || (isSequence(b) && !(a instanceof Undefined))) {
            throw JinjaError.runtime(
                    "can't multiply sequence by non-int of type " + Repr.quote(Types.name(isSequence(a) ? b : a)));
        }
        numbers("*", a, b);
        if (isReal(a, b)) {
            return Numbers.real(a) * Numbers.real(b);
        }
        bits((long) big(a).bitLength() + big(b).bitLength());
        return Numbers.normal(big(a).multiply(big(b)));
    }

    private static Object repeat(Object sequence, Object times, Budget budget) {
        if (times instanceof BigInteger) {
            throw JinjaError.runtime("cannot fit 'int' into an index-sized integer");
        }
        long count = Math.max(0, Values.integer(times));
        int size = sequence instanceof CharSequence text ? text.length() : Values.length(sequence);
        long most = Integer.MAX_VALUE;
        budget.value(size == 0 ? 0 : count > most ? Long.MAX_VALUE : count * size);
        int copies = size == 0 ? 0 : (int) count;
        if (sequence instanceof CharSequence text) {
            String repeated = text.toString().repeat(copies);
            return sequence instanceof Markup ? new Markup(repeated) : repeated;
        }
        List<Object> items = new ArrayList<>(size * copies);
        for (int i = 0; i < copies; i++) {
            items.addAll(sequence instanceof Tuple tuple ? tuple.items() : (List<?>) sequence);
        }
        return sequence instanceof Tuple ? Tuple.of(items) : items;
    }

    static Object divide(Object a, Object b) {
        numbers("/", a, b);
        if (isReal(a, b)) {
            if (Numbers.real(b) == 0) {
                throw JinjaError.runtime("float division by zero");
            }
            return Numbers.real(a) / Numbers.real(b);
        }
        if (big(b).signum() == 0) {
            throw JinjaError.runtime("division by zero");
        }
        boolean exact = isSmall(a) && isSmall(b);
        return exact
                ? Numbers.real(a) / Numbers.real(b)
                : new BigDecimal(big(a))
                        .divide(new BigDecimal(big(b)), new MathContext(40))
                        .doubleValue();
    }

    static Object floorDivide(Object a, Object b) {
        numbers("//", a, b);
        if (isReal(a, b)) {
            if (Numbers.real(b) == 0) {
                throw JinjaError.runtime("float floor division by zero");
            }
            return floorDivide(Numbers.real(a), Numbers.real(b));
        }
        if (big(b).signum() == 0) {
            throw JinjaError.runtime("integer division or modulo by zero");
        }
        BigInteger[] parts = big(a).divideAndRemainder(big(b));
        boolean down = parts[1].signum() != 0 && parts[1].signum() != big(b).signum();
        return Numbers.normal(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }

    private static double floorDivide(double a, double b) {
        double quotient = (a - modulo(a, b)) / b;
        if (quotient == 0) {
            return Math.copySign(0, a / b);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    static Object modulo(Object a, Object b, Budget budget) {
        if (a instanceof CharSequence format) {
            return PercentFormat.format(format, b, budget);
        }
        numbers("%", a, b);
        if (isReal(a, b)) {
            if (Numbers.real(b) == 0) {
                throw JinjaError.runtime("float modulo");
            }
            return modulo(Numbers.real(a), Numbers.real(b));
        }
        BigInteger divisor = big(b);
        if (divisor.signum() == 0) {
            throw JinjaError.runtime("integer modulo by zero");
        }
        BigInteger rest = big(a).mod(divisor.abs());
        return Numbers.normal(divisor.signum() < 0 && rest.signum() > 0 ? rest.add(divisor) : rest);
    }

    /** The rest has the sign of the divisor. */
    private static double modulo(double a, double b) {
        double rest = a % b;
        if (rest == 0) {
            return Math.copySign(0, b);
        }
        return rest < 0 == b < 0 ? rest : rest + b;
    }

    static Object power(Object a, Object b) {
        numbers("** or pow()", a, b);
        if (isReal(a, b) || big(b).signum() < 0) {
            return realPower(Numbers.real(a), Numbers.real(b));
        }
        BigInteger base = big(a);
        if (base.abs().compareTo(BigInteger.ONE) <= 0) {
            return base.signum() < 0 && !big(b).testBit(0) ? 1L : big(b).signum() == 0 ? 1L : base.longValueExact();
        }
        bits(big(b).bitLength() > 31 ? Long.MAX_VALUE : base.bitLength() * big(b).longValueExact());
        return Numbers.normal(base.pow(big(b).intValueExact()));
    }

    private static Object realPower(double a, double b) {
        if (a == 0 && b < 0) {
            throw JinjaError.runtime("0.0 cannot be raised to a negative power");
        }
        if (a < 0 && b != Math.rint(b)) {
            throw JinjaError.runtime("complex numbers are not supported");
        }
        double power = Math.pow(a, b);
        if (Double.isInfinite(power) && Double.isFinite(a) && Double.isFinite(b)) {
            throw JinjaError.runtime("(34, 'Numerical result out of range')");
        }
        return power;
    }

    static Object negate(Object value) {
        unary("-", value);
        return value instanceof Double real
                ? (Object) (-real)
                : Numbers.normal(big(value).negate());
    }

    static Object positive(Object value) {
        unary("+", value);
        return value instanceof Double ? value : Numbers.normal(big(value));
    }

    private static void unary(String operator, Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!Types.isNumber(value)) {
            throw JinjaError.runtime("bad operand type for unary " + operator + ": " + Repr.quote(Types.name(value)));
        }
    }

    private static void numbers(String operator, Object a, Object b) {
        if (!Types.isNumber(a) || !Types.isNumber(b)) {
            throw unsupported(operator, a, b);
        }
    }

    private static JinjaError unsupported(String operator, Object a, Object b) {
        if (a instanceof Undefined undefined) {
            return undefined.error();
        }
        if (b instanceof Undefined undefined) {
            return undefined.error();
        }
        return JinjaError.runtime("unsupported operand type(s) for " + operator + ": " + Repr.quote(Types.name(a))
                + " and " + Repr.quote(Types.name(b)));
    }

    private static void bits(long bits) {
        if (bits > MOST_BITS) {
            throw JinjaError.limit("bits of an integer", MOST_BITS);
        }
    }

    private static boolean isReal(Object a, Object b) {
        return a instanceof Double || b instanceof Double;
    }

    private static boolean isSequence(Object value) {
        return value instanceof CharSequence || value instanceof List || value instanceof Tuple;
    }

    private static boolean isIndex(Object value) {
        return Types.isInt(value) || value instanceof Boolean;
    }

    private static boolean isSmall(Object value) {
        return !(value instanceof BigInteger) && Math.abs(Values.integer(value)) <= EXACT_IN_DOUBLE;
    }

    private static BigInteger big(Object value) {
        return Numbers.big(value);
    }
}
