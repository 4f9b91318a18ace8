package org.rft4j.examples.notebook;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/**
 * Writes the jar that the first cell of each notebook names. There is nothing in it but a list of where the classes are, those of this
 * program: a notebook needs one line for all of them, and nothing is copied.
 */
public final class NotebookClasspath {
    private static final Path JAR = Path.of("examples", "target", "notebooks", "rft4j.jar");

    private NotebookClasspath() {}

    /**
     * Writes {@code examples/target/notebooks/rft4j.jar}.
     *
     * @param args none
     */
    public static void main(String[] args) {
        write(JAR, System.getProperty("java.class.path"));
        System.out.println("Wrote " + JAR + ". Now open a notebook in examples/notebooks.");
    }

    static void write(Path jar, String classPath) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(
                Attributes.Name.CLASS_PATH,
                Arrays.stream(classPath.split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toUri().toASCIIString())
                        .collect(Collectors.joining(" ")));
        try {
            Files.createDirectories(jar.toAbsolutePath().getParent());
            try (OutputStream out = Files.newOutputStream(jar)) {
                new JarOutputStream(out, manifest).close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
