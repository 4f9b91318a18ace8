package org.rft4j.examples.notebook;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Executes notebooks with Jupyter's {@code nbconvert}, in a copy of their folder and with a kernel that is installed for this alone: neither
 * the notebooks nor what the user has installed is touched.
 */
final class NotebookRun {
    /** The name under which the kernel's own installer puts it. */
    static final String KERNEL = "rapaio-jupyter-kernel";

    private static final String NBCONVERT = "jupyter-nbconvert";
    private static final int MINUTES = 15;

    /**
     * Jupyter's words for a kernel that does not answer. Version 3.0.1 starts the threads that listen before it tells them to, and one that is quick
     * ends at once: on a busy machine that happens at one start in four.
     */
    private static final String DEAF = "Kernel didn't respond";

    private static final int SECONDS_TO_ANSWER = 30;
    private static final int ATTEMPTS = 8;

    private final Path work;
    private final Path kernelJar;

    /**
     * In a folder.
     *
     * @param work an empty folder
     * @param kernelJar the kernel
     */
    NotebookRun(Path work, Path kernelJar) {
        this.work = work;
        this.kernelJar = kernelJar;
    }

    /** The program that executes notebooks, where it is installed. */
    static Optional<Path> nbconvert() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).resolve(NBCONVERT))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs all cells of a notebook.
     *
     * @param notebook its file
     * @return the same with outputs
     * @throws IllegalStateException if a cell throws or does not compile, with what Jupyter said
     */
    Path execute(Path notebook) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve("notebooks"));
        Path copy = folder.resolve(notebook.getFileName());
        Files.copy(notebook, copy);
        NotebookClasspath.write(
                work.resolve(Path.of("target", "notebooks", "rft4j.jar")), System.getProperty("java.class.path"));
        installKernel();
        int attempts = 1;
        while (!succeeds(copy)) {
            attempts++;
            if (attempts > ATTEMPTS) {
                throw new IllegalStateException(notebook.getFileName() + ": " + DEAF + ", " + ATTEMPTS + " times");
            }
        }
        return work.resolve("executed").resolve(notebook.getFileName());
    }

    /** Whether the notebook has run; false if the kernel has not answered, which has nothing to do with the notebook. */
    private boolean succeeds(Path notebook) throws IOException, InterruptedException {
        Path said = work.resolve("jupyter.txt");
        Process process = nbconvert(notebook)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        if (ended && process.exitValue() == 0) {
            return true;
        }
        String words = Files.readString(said);
        if (words.contains(DEAF)) {
            return false;
        }
        String why = ended ? "failed" : "took more than " + MINUTES + " minutes";
        throw new IllegalStateException(notebook.getFileName() + " " + why + ": " + words);
    }

    private ProcessBuilder nbconvert(Path notebook) {
        Path program = nbconvert().orElseThrow(() -> new IllegalStateException(NBCONVERT + " is not on the path"));
        ProcessBuilder builder = new ProcessBuilder(
                program.toString(),
                "--to=notebook",
                "--execute",
                "--ExecutePreprocessor.kernel_name=" + KERNEL,
                "--ExecutePreprocessor.startup_timeout=" + SECONDS_TO_ANSWER,
                "--ExecutePreprocessor.timeout=" + TimeUnit.MINUTES.toSeconds(MINUTES),
                "--ExecutePreprocessor.record_timing=False",
                "--output-dir=" + work.resolve("executed"),
                notebook.toString());
        Map<String, String> environment = builder.environment();
        environment.put("JUPYTER_PATH", work.resolve("jupyter").toString());
        for (String name : List.of("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")) {
            environment.put(name, work.resolve("own").resolve(name).toString());
        }
        return builder;
    }

    private void installKernel() throws IOException {
        Path folder = Files.createDirectories(work.resolve(Path.of("jupyter", "kernels", KERNEL)));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Map<String, Object> specification = Map.of(
                "argv",
                List.of(java, "-Xmx1g", "-jar", kernelJar.toAbsolutePath().toString(), "{connection_file}"),
                "display_name",
                "Java",
                "language",
                "java",
                "interrupt_mode",
                "message",
                "env",
                Map.of());
        new ObjectMapper().writeValue(folder.resolve("kernel.json").toFile(), specification);
    }
}
