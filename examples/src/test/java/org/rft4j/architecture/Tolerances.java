package org.rft4j.architecture;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds assertions so loose that they could not fail: a floating-point tolerance above {@link #MAX}, written in the
 * assertion, in a constant that the assertion names, or in anything called a tolerance. A line that ends in a
 * {@code // tolerance: why} comment is taken at its word.
 */
final class Tolerances {
    static final double MAX = 1e-2;
    static final String ALLOWED = "// tolerance: ";

    private static final Set<String> CALLS = Set.of("within", "offset", "byLessThan", "withPrecision");
    private static final Set<String> CALLS_WITH_DELTA_THIRD = Set.of("assertEquals", "assertArrayEquals");

    private Tolerances() {}

    static List<String> violations(ParsedSource source) {
        Map<String, LiteralTree> constants = new HashMap<>();
        Set<LiteralTree> suspects = new LinkedHashSet<>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitVariable(VariableTree tree, Void unused) {
                if (tree.getInitializer() instanceof LiteralTree literal) {
                    constants.put(tree.getName().toString(), literal);
                    if (tree.getName().toString().matches("(?i)([ra]?tol|.*tolerance|.*_tol|tol_.*|[ra]tol_.*)")) {
                        suspects.add(literal);
                    }
                }
                return super.visitVariable(tree, unused);
            }
        }.scan(source.unit(), null);
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethodInvocation(MethodInvocationTree tree, Void unused) {
                for (ExpressionTree argument : toleranceArguments(tree)) {
                    if (argument instanceof LiteralTree literal) {
                        suspects.add(literal);
                    } else if (argument instanceof IdentifierTree id
                            && constants.containsKey(id.getName().toString())) {
                        suspects.add(constants.get(id.getName().toString()));
                    }
                }
                return super.visitMethodInvocation(tree, unused);
            }
        }.scan(source.unit(), null);
        Set<String> found = new TreeSet<>();
        for (LiteralTree literal : suspects) {
            boolean loose =
                    (literal.getKind() == Tree.Kind.DOUBLE_LITERAL || literal.getKind() == Tree.Kind.FLOAT_LITERAL)
                            && ((Number) literal.getValue()).doubleValue() > MAX;
            if (loose && !source.textOfLine(source.line(literal)).contains(ALLOWED)) {
                found.add(source.at(literal) + ": tolerance was " + literal + ", must be at most " + MAX
                        + "; tighten it, or say why not in a \"" + ALLOWED + "...\" comment on that line");
            }
        }
        return new ArrayList<>(found);
    }

    private static List<? extends ExpressionTree> toleranceArguments(MethodInvocationTree call) {
        String name = call.getMethodSelect() instanceof MemberSelectTree select
                ? select.getIdentifier().toString()
                : call.getMethodSelect().toString();
        List<? extends ExpressionTree> arguments = call.getArguments();
        if (CALLS.contains(name)) {
            return arguments;
        }
        return CALLS_WITH_DELTA_THIRD.contains(name) && arguments.size() > 2 ? arguments.subList(2, 3) : List.of();
    }
}
