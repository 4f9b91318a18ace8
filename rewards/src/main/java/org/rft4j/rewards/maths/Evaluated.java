package org.rft4j.rewards.maths;

import java.util.List;
import org.rft4j.rewards.exact.Rational;

/** Whether a number is written out, rather than as a formula that gives it. */
final class Evaluated {
    private Evaluated() {}

    /** False where the expected answer is a plain number and the other one still has to be worked out. */
    static boolean allows(String gold, String answer, MathsLimits limits) {
        return !isPlain(gold, limits) || isPlain(answer, limits);
    }

    private static boolean isPlain(String text, MathsLimits limits) {
        if (text.length() > limits.characters()) {
            return false;
        }
        try {
            return AnswerReader.read(LatexText.clean(text), new Budget(limits)).stream()
                    .anyMatch(reading -> isNumber(reading.expr()));
        } catch (Undecidable e) {
            return false;
        }
    }

    private static boolean isNumber(Expr expr) {
        if (expr instanceof Expr.Relation r) {
            return isNumber(r.sides().get(r.sides().size() - 1));
        }
        if (expr instanceof Expr.Product p) {
            return isSigned(p.factors()) || isSlashed(p.factors());
        }
        return expr instanceof Expr.Num
                || (expr instanceof Expr.Quotient q && isWhole(q.above()) && isWhole(q.below()))
                || expr instanceof Expr.Based;
    }

    private static boolean isSigned(List<Expr> factors) {
        return factors.size() == 2 && factors.get(0).equals(Expr.number(-1)) && isNumber(factors.get(1));
    }

    /** 1/2 in plain text is the product of 1 and 2 to the power of -1. */
    private static boolean isSlashed(List<Expr> factors) {
        return factors.size() == 2
                && isWhole(factors.get(0))
                && factors.get(1) instanceof Expr.Power p
                && p.exponent().equals(Expr.number(-1))
                && isWhole(p.base());
    }

    private static boolean isWhole(Expr expr) {
        return (expr instanceof Expr.Num n && n.value().isWhole())
                || (expr instanceof Expr.Product p
                        && p.factors().size() == 2
                        && p.factors().get(0) instanceof Expr.Num sign
                        && sign.value().equals(Rational.of(-1))
                        && isWhole(p.factors().get(1)));
    }
}
