package org.rft4j.rewards.maths;

/**
 * Another judge, asked where {@link MathsEquivalence} is undecided: a computer algebra system behind a deadline, for instance. It
 * is called by several threads at once, and guards its own use of time and memory.
 */
@FunctionalInterface
public interface SymbolicEquivalence {
    /**
     * Compares two answers.
     *
     * @param gold the expected answer, as it was given
     * @param answer the other one
     * @return its verdict, undecided again if it does not know
     */
    Verdict compare(String gold, String answer);
}
