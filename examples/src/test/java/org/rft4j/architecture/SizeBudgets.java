package org.rft4j.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** How long a file and a method may be, and how many values a constructor or a record may take. */
final class SizeBudgets {
    static final int FILE_LINES = 400;
    static final int METHOD_LINES = 40;
    static final int COMPONENTS = 8;
    static final int OPTIONS_COMPONENTS = 12;

    private SizeBudgets() {}

    static List<String> fileViolations(ParsedSource source) {
        long lines = source.text().lines().count();
        return lines <= FILE_LINES
                ? List.of()
                : List.of(source.name() + " has " + lines + " lines, must have at most " + FILE_LINES
                        + "; split it by topic");
    }

    static List<String> violations(ParsedSource source) {
        List<String> found = new ArrayList<>(fileViolations(source));
        new Visitor(source, found).scan(source.unit(), null);
        return found;
    }

    private static final class Visitor extends TreeScanner<Void, String> {
        private final ParsedSource source;
        private final List<String> found;

        Visitor(ParsedSource source, List<String> found) {
            this.source = source;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree tree, String outer) {
            String name = tree.getSimpleName().toString();
            if (tree.getKind() == Tree.Kind.RECORD) {
                long components = tree.getMembers().stream()
                        .filter(m -> m instanceof VariableTree v
                                && !v.getModifiers().getFlags().contains(Modifier.STATIC))
                        .count();
                boolean options = name.endsWith("Options") || name.endsWith("Config");
                int budget = options ? OPTIONS_COMPONENTS : COMPONENTS;
                check(components, budget, tree, "record " + name, "components", "group them by topic");
            }
            return super.visitClass(tree, tree.getKind() == Tree.Kind.RECORD ? "record" : "class");
        }

        @Override
        public Void visitMethod(MethodTree tree, String kind) {
            String what = "method " + tree.getName();
            check(source.lines(tree), METHOD_LINES, tree, what, "lines", "split it by what it does");
            if (tree.getName().contentEquals("<init>") && kind.equals("class")) {
                check(
                        tree.getParameters().size(),
                        COMPONENTS,
                        tree,
                        "constructor",
                        "parameters",
                        "group them by topic");
            }
            return super.visitMethod(tree, kind);
        }

        private void check(long value, int budget, Tree tree, String what, String unit, String wayOut) {
            if (value > budget) {
                found.add(source.at(tree) + ": " + what + " has " + value + " " + unit + ", must have at most " + budget
                        + "; " + wayOut);
            }
        }
    }
}
