package org.rft4j.rewards.maths;

/**
 * What polynomials are made of.
 *
 * @param kind what is known of it
 * @param key tells it from others of its kind; the same value has the same key, but two keys may have the same value
 */
record Atom(Kind kind, String key) implements Comparable<Atom> {
    enum Kind {
        /** A prime number, raised to a fraction. */
        PRIME,
        /** A whole number under a root that we did not factor. */
        COMPOSITE,
        /** A variable, or infinity. */
        NAME,
        PI,
        E,
        I,
        /** The natural logarithm of a prime. */
        LOGARITHM,
        /** A constant raised to powers of variables. */
        EXPONENTIAL,
        /** Anything else. */
        OPAQUE
    }

    static final Atom PI = new Atom(Kind.PI, Names.PI);
    static final Atom E = new Atom(Kind.E, Names.E);
    static final Atom I = new Atom(Kind.I, Names.I);

    static Atom name(String name) {
        return new Atom(Kind.NAME, name);
    }

    /** Whether it is a positive real number wherever it is defined. */
    boolean isPositive() {
        return kind == Kind.PRIME
                || kind == Kind.COMPOSITE
                || kind == Kind.PI
                || kind == Kind.E
                || kind == Kind.LOGARITHM
                || kind == Kind.EXPONENTIAL;
    }

    @Override
    public int compareTo(Atom other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : key.compareTo(other.key);
    }
}
