package org.rft4j.architecture;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * Finds what is public and says nothing about itself. Overrides inherit their comment, and a record's compact constructor
 * has its parameters documented on the record.
 */
final class Documentation {
    private Documentation() {}

    static List<String> violations(ParsedSource source) {
        List<String> found = new ArrayList<>();
        new Visitor(source, found).scan(source.unit(), null);
        return found;
    }

    private static final class Visitor extends TreePathScanner<Void, Void> {
        private final ParsedSource source;
        private final List<String> found;

        Visitor(ParsedSource source, List<String> found) {
            this.source = source;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            if (!isPublic(tree.getModifiers())) {
                return null;
            }
            List<String> components = tree.getKind() == Tree.Kind.RECORD
                    ? names(tree.getMembers().stream()
                            .filter(VariableTree.class::isInstance)
                            .map(VariableTree.class::cast)
                            .filter(v -> !v.getModifiers().getFlags().contains(Modifier.STATIC)))
                    : List.of();
            check("class " + tree.getSimpleName(), components, false);
            return super.visitClass(tree, null);
        }

        @Override
        public Void visitMethod(MethodTree tree, Void unused) {
            boolean override = tree.getModifiers().getAnnotations().stream()
                    .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
            if (isPublic(tree.getModifiers()) && !override && !isCompact(tree)) {
                boolean returns = tree.getReturnType() != null
                        && !tree.getReturnType().toString().equals("void");
                String what = tree.getReturnType() == null ? "constructor" : "method " + tree.getName();
                check(what, names(tree.getParameters().stream()), returns);
            }
            return null;
        }

        @Override
        public Void visitVariable(VariableTree tree, Void unused) {
            if (isPublic(tree.getModifiers())) {
                check("field " + tree.getName(), List.of(), false);
            }
            return null;
        }

        /** The parser gives a compact constructor the record's parameters; only the text shows that it has no list. */
        private boolean isCompact(MethodTree tree) {
            if (enclosing() != Tree.Kind.RECORD || tree.getReturnType() != null) {
                return false;
            }
            SourcePositions positions = source.trees().getSourcePositions();
            long afterModifiers = positions.getEndPosition(source.unit(), tree.getModifiers());
            long body = positions.getStartPosition(source.unit(), tree.getBody());
            return !source.text().substring((int) afterModifiers, (int) body).contains("(");
        }

        private boolean isPublic(ModifiersTree modifiers) {
            boolean ofInterface = enclosing() == Tree.Kind.INTERFACE || enclosing() == Tree.Kind.ANNOTATION_TYPE;
            return modifiers.getFlags().contains(Modifier.PUBLIC)
                    || (ofInterface && !modifiers.getFlags().contains(Modifier.PRIVATE));
        }

        private Tree.Kind enclosing() {
            TreePath parent = getCurrentPath().getParentPath();
            return parent.getLeaf().getKind();
        }

        private void check(String what, List<String> parameters, boolean returns) {
            DocCommentTree comment = source.trees().getDocCommentTree(getCurrentPath());
            String where = source.at(getCurrentPath().getLeaf()) + ": " + what;
            if (comment == null) {
                found.add(where + " has no documentation comment");
                return;
            }
            List<String> documented = new ArrayList<>();
            boolean documentsReturn = false;
            for (DocTree tag : tags(comment)) {
                documentsReturn |= tag.getKind() == DocTree.Kind.RETURN;
                if (tag instanceof ParamTree param) {
                    documented.add(param.getName().toString());
                }
            }
            parameters.stream()
                    .filter(name -> !documented.contains(name))
                    .forEach(name -> found.add(where + " has no @param for " + name));
            if (returns && !documentsReturn) {
                found.add(where + " has no @return");
            }
        }

        private static List<? extends DocTree> tags(DocCommentTree comment) {
            return Stream.concat(comment.getFullBody().stream(), comment.getBlockTags().stream())
                    .toList();
        }

        private static List<String> names(Stream<? extends VariableTree> variables) {
            return variables.map(v -> v.getName().toString()).toList();
        }
    }
}
