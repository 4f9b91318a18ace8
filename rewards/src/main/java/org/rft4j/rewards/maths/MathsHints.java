package org.rft4j.rewards.maths;

import java.util.List;

/** Says in which way an answer is wrong, without saying what would be right. */
final class MathsHints {
    private static final List<Integer> FACTORS = List.of(10, 100, 1000, 2);

    private final MathsEquivalence equivalence;

    MathsHints(MathsEquivalence equivalence) {
        this.equivalence = equivalence;
    }

    /** The end of the sentence "the answer ...". */
    String of(String gold, String answer, Verdict verdict) {
        if (verdict.kind() == Verdict.Kind.UNDECIDED) {
            return "could not be compared with what was expected: " + verdict.reason();
        }
        String shape = shape(verdict.reason());
        if (shape != null) {
            return shape;
        }
        String inner = "(" + gold + ")";
        if (same("-" + inner, answer)) {
            return "has the wrong sign";
        }
        for (int factor : FACTORS) {
            if (same(factor + inner, answer) || same(inner + "/" + factor, answer)) {
                return "differs from what was expected by a factor of " + factor;
            }
        }
        if (same("1/" + inner, answer)) {
            return "is upside down";
        }
        return "is not what was expected";
    }

    @org.jspecify.annotations.Nullable
    private static String shape(String reason) {
        if (reason.startsWith("lists of")) {
            return "has another number of values than expected";
        }
        return switch (reason) {
            case "units of different kinds" -> "has a unit of another kind than expected";
            case "different kinds of answers", "an equation beside another kind of answer" ->
                "is another kind of answer than expected";
            case "different brackets" -> "has other brackets than expected";
            case "values of different names" -> "is given for another name than expected";
            default -> null;
        };
    }

    private boolean same(String a, String b) {
        return equivalence.measure(a, b).verdict().isEqual();
    }
}
