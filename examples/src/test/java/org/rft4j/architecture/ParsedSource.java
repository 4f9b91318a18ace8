package org.rft4j.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** One source file as the JDK's own parser sees it, without resolving any name. */
record ParsedSource(String name, String text, CompilationUnitTree unit, DocTrees trees) {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    /** Parses all files at once: starting the compiler costs more than parsing. */
    static List<ParsedSource> readAll(Collection<Path> files) {
        try (StandardJavaFileManager manager = COMPILER.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            return parse(manager.getJavaFileObjectsFromPaths(files));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ParsedSource of(String name, String text) {
        JavaFileObject file = new SimpleJavaFileObject(URI.create("mem:///" + name), JavaFileObject.Kind.SOURCE) {
            @Override
            public String getName() {
                return name;
            }

            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
        return parse(List.of(file)).get(0);
    }

    private static List<ParsedSource> parse(Iterable<? extends JavaFileObject> files) {
        try {
            JavacTask task = (JavacTask) COMPILER.getTask(null, null, null, List.of("-proc:none"), null, files);
            DocTrees trees = DocTrees.instance(task);
            List<ParsedSource> parsed = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                JavaFileObject file = unit.getSourceFile();
                String name = file.getName();
                parsed.add(new ParsedSource(name, file.getCharContent(true).toString(), unit, trees));
            }
            return parsed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int line(Tree tree) {
        return (int) unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree));
    }

    int lines(Tree tree) {
        long last = unit.getLineMap().getLineNumber(trees.getSourcePositions().getEndPosition(unit, tree));
        return (int) last - line(tree) + 1;
    }

    String textOfLine(int line) {
        return text.lines().skip(line - 1L).findFirst().orElse("");
    }

    String at(Tree tree) {
        return name + ":" + line(tree);
    }
}
