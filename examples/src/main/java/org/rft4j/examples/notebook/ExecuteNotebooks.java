package org.rft4j.examples.notebook;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rft4j.examples.model.WorkFolder;

/**
 * Runs the notebooks and writes their outputs into them, as they are committed. What the first cell says is left out, because kernels tell there
 * where the classes are.
 */
public final class ExecuteNotebooks {
    private static final Path NOTEBOOKS = Path.of("examples", "notebooks");
    private static final String CELLS = "cells";
    private static final String OUTPUTS = "outputs";
    private static final String COUNT = "execution_count";

    /** Folders that no output may name. */
    private static final List<String> MACHINE = List.of(
            System.getProperty("java.io.tmpdir"), System.getProperty("user.home"), System.getProperty("user.dir"));

    private static final ObjectMapper JSON = new ObjectMapper();

    private ExecuteNotebooks() {}

    /**
     * Executes notebooks of {@code examples/notebooks}, from the folder above {@code examples}.
     *
     * @param args the kernel's jar, and the names of the notebooks; all of the folder if there are none
     * @throws IOException if a file cannot be read or written
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0) {
            throw new IllegalArgumentException("the first argument must be rapaio-jupyter-kernel's jar");
        }
        for (Path notebook : notebooks(NOTEBOOKS)) {
            String name = notebook.getFileName().toString();
            if (args.length == 1 || List.of(args).contains(name)) {
                System.out.println("Executing " + name);
                execute(notebook, Path.of(args[0]));
            }
        }
    }

    /** The notebooks of a folder. */
    static List<Path> notebooks(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".ipynb"))
                    .sorted()
                    .toList();
        }
    }

    private static void execute(Path notebook, Path kernelJar) throws IOException, InterruptedException {
        try (WorkFolder work = WorkFolder.create()) {
            Path executed = new NotebookRun(work.path(), kernelJar).execute(notebook);
            String text = withOutputs(Files.readString(notebook), Files.readString(executed));
            if (MACHINE.stream().anyMatch(text::contains)) {
                throw new IllegalStateException(notebook.getFileName() + " shows a path of this machine");
            }
            Files.writeString(notebook, text);
        }
    }

    /** A notebook with the outputs of another one, those of the first cell with code left out. */
    static String withOutputs(String notebook, String executed) throws IOException {
        JsonNode whole = JSON.readTree(notebook);
        JsonNode cells = JSON.readTree(executed).path(CELLS);
        boolean first = true;
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i).path("cell_type").asText().equals("code")) {
                ObjectNode cell = (ObjectNode) whole.path(CELLS).get(i);
                cell.set(COUNT, cells.get(i).path(COUNT));
                cell.set(OUTPUTS, first ? JSON.createArrayNode() : cells.get(i).path(OUTPUTS));
                first = false;
            }
        }
        DefaultIndenter lines = new DefaultIndenter(" ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withArrayEmptySeparator("")
                .withObjectEmptySeparator(""));
        printer.indentArraysWith(lines);
        printer.indentObjectsWith(lines);
        return JSON.writer(printer).writeValueAsString(whole) + "\n";
    }
}
