package org.rft4j.rewards.maths;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Which names mean what. */
final class Names {
    static final String PI = "pi";
    static final String E = "e";
    static final String I = "i";
    static final String INFINITY = "infinity";
    static final String REALS = "set R";
    static final String EMPTY = "set empty";

    static final Set<String> JOINTS = Set.of("and", "or", "&", ",", "und", "oder", "et", "ou");

    static final Set<String> GREEK = Set.of(
            ("alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau"
                            + " upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell hbar")
                    .split(" "));

    /** Read, but beyond what we evaluate. */
    static final Set<String> UNEVALUATED = Set.of(
            ("int iint oint sum prod lim limsup liminf partial nabla ldots cdots dots equiv pmod bmod mod approx sim cong"
                            + " to rightarrow Rightarrow implies iff mapsto forall exists neg land wedge subset subseteq"
                            + " oplus otimes perp parallel mid nmid cdotp det tr dim deg arg Re Im bigcup bigcap")
                    .split(" "));

    /** Commands whose argument is a name with something over it. */
    static final Set<String> DECORATIONS = Set.of(
            ("overline vec hat bar tilde overrightarrow underline widehat widetilde mathbf boldsymbol mathcal mathbb"
                            + " mathfrak mathsf bold bm")
                    .split(" "));

    /** Commands whose argument is set as text. */
    static final Set<String> TEXTS =
            Set.of(("text textbf textit textrm mbox mathrm mathit textnormal textsf texttt operatorname hbox rm emph")
                    .split(" "));

    private static final Map<String, Function> FUNCTIONS = functions();
    private static final Map<String, String> SPELLINGS = spellings();

    private Names() {}

    @org.jspecify.annotations.Nullable
    static Function function(String name) {
        return FUNCTIONS.get(name);
    }

    /** Plain words that stand for commands, as in "sqrt(2)". */
    static boolean isPlainCommand(String word) {
        return FUNCTIONS.containsKey(word)
                || (GREEK.contains(word) && word.length() > 2)
                || Set.of("pi", "sqrt", "cbrt", "log", "infinity", "inf", "infty", "oo", "union", "Infinity")
                        .contains(word);
    }

    /** One spelling for each command. */
    static String spelled(String command) {
        return SPELLINGS.getOrDefault(command, command);
    }

    private static Map<String, Function> functions() {
        Map<String, Function> names = new HashMap<>();
        for (Function f : Function.values()) {
            names.put(f.name().toLowerCase(java.util.Locale.ROOT), f);
        }
        // These have a notation of their own, and LOG takes its base from a subscript.
        names.keySet().removeAll(Set.of("log", "factorial", "double_factorial", "degrees", "percent", "binomial"));
        names.put("asin", Function.ARCSIN);
        names.put("acos", Function.ARCCOS);
        names.put("atan", Function.ARCTAN);
        names.put("tg", Function.TAN);
        names.put("ctg", Function.COT);
        names.put("cosec", Function.CSC);
        names.put("ceil", Function.CEILING);
        return names;
    }

    private static Map<String, String> spellings() {
        Map<String, String> one = new HashMap<>();
        alias(one, "frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac");
        alias(one, "binom", "dbinom", "tbinom");
        alias(one, "le", "leq", "leqslant");
        alias(one, "ge", "geq", "geqslant");
        alias(one, "ne", "neq");
        alias(one, "infty", "infinity", "inf", "oo", "Infinity");
        alias(one, "cup", "union", "bigcup");
        alias(one, "setminus", "backslash", "smallsetminus");
        alias(one, "lor", "vee");
        alias(one, "empty", "emptyset", "varnothing", "O");
        alias(one, "circ", "degree", "degrees");
        alias(one, "log", "lg");
        alias(one, "pounds", "textsterling");
        return one;
    }

    private static void alias(Map<String, String> one, String spelling, String... others) {
        for (String other : others) {
            one.put(other, spelling);
        }
    }
}
