package org.rft4j.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The source files of every module. The outside project in {@code src/it}, copied into {@code target}, is none. */
final class SourceTree {
    private SourceTree() {}

    /** The folder above the module in which the tests run, wherever an IDE or Maven starts them. */
    static Path root() {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            if (Files.isDirectory(p.resolve("engine-cuda")) && Files.exists(p.resolve("pom.xml"))) {
                return p;
            }
        }
        throw new IllegalStateException("no folder above " + Path.of("").toAbsolutePath() + " holds engine-cuda");
    }

    static List<Path> main() {
        return files("src/main/java");
    }

    static List<Path> tests() {
        return files("src/test/java");
    }

    /** Packages with sources whose package-info is absent or not null-marked. */
    static List<String> packagesWithoutNullMarks(List<Path> sources) {
        return sources.stream()
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !isNullMarked(folder.resolve("package-info.java")))
                .map(folder -> folder + " has no package-info.java with @NullMarked")
                .toList();
    }

    private static boolean isNullMarked(Path packageInfo) {
        try {
            return Files.exists(packageInfo)
                    && Files.readString(packageInfo).lines().anyMatch("@NullMarked"::equals);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(String folder) {
        try (Stream<Path> all = Files.walk(root())) {
            List<Path> found = new ArrayList<>();
            all.filter(p -> p.toString().endsWith(".java"))
                    .filter(p -> isIn(folder, p) && !isIn("src/it", p) && !isIn("target", p))
                    .forEach(found::add);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isIn(String folder, Path file) {
        return file.toString().replace('\\', '/').contains("/" + folder + "/");
    }
}
