package org.rft4j.rewards.logic;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.rft4j.engine.InvalidInputException;

/**
 * Decides by truth table whether two propositional formulas mean the same. Operators: {@code not and or xor implies iff nand nor}
 * in words, as {@code ! & | ^ -> <->}, in mathematicians' signs and in LaTeX; negation binds tightest, then and, xor, or, implies
 * (to the right) and iff.
 */
public final class LogicEquivalence {
    /** More variables would make a table of more than 65,536 rows. */
    private static final int MOST_VARIABLES = 16;

    private static final int BLOCK_BITS = 6;

    private LogicEquivalence() {}

    /**
     * What the table showed.
     *
     * @param equivalent whether the formulas agree in every row
     * @param counterexample a row in which they differ, such as {@code p = true, q = false}; empty where there is none
     * @param fault why the second formula could not be read or compared; empty where it could
     */
    public record Result(boolean equivalent, String counterexample, String fault) {}

    /**
     * Compares two formulas.
     *
     * @param gold the expected formula; an error if it cannot be read or has more than 16 variables
     * @param answer the other one
     * @return whether they are equivalent, and why not
     */
    public static Result compare(String gold, String answer) {
        FormulaReader.Read expected = FormulaReader.read(gold);
        Formula left = expected.formula();
        int count = expected.variables().size();
        if (left == null || count > MOST_VARIABLES) {
            throw new InvalidInputException(
                    "expected formula",
                    "'" + gold + "' (" + (left == null ? expected.fault() : count + " variables") + ")",
                    "must be a propositional formula of at most " + MOST_VARIABLES + " variables",
                    "repair or leave out the row");
        }
        FormulaReader.Read given = FormulaReader.read(answer);
        Formula right = given.formula();
        if (right == null) {
            return new Result(false, "", given.fault());
        }
        Set<String> all = new TreeSet<>(expected.variables());
        all.addAll(given.variables());
        if (all.size() > MOST_VARIABLES) {
            return new Result(false, "", "the formulas have more than " + MOST_VARIABLES + " variables together");
        }
        List<String> variables = new ArrayList<>(all);
        for (int block = 0; block < Math.max(1, (1 << variables.size()) >> BLOCK_BITS); block++) {
            long apart = left.at(block, variables) ^ right.at(block, variables);
            if (apart != 0) {
                int row = (block << BLOCK_BITS) + Long.numberOfTrailingZeros(apart);
                return new Result(false, shown(row, variables), "");
            }
        }
        return new Result(true, "", "");
    }

    private static String shown(int row, List<String> variables) {
        return variables.stream()
                .map(name -> name + " = " + (((row >> variables.indexOf(name)) & 1) == 1))
                .collect(Collectors.joining(", "));
    }
}
