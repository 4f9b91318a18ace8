package org.rft4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;

/** Every folder of an example says what a reader wants to know, and the command that it states runs: briefly, and here. */
class ExampleFoldersTest {
    private static final Pattern MAIN = Pattern.compile("-Ddemo\\.main=([\\w.]+)");

    /** An example that cannot run without a larger model says so by this word in its command. */
    private static final String NEEDS_A_MODEL = "-Ddemo.args=\"--model";

    private static final int EXAMPLES = 10;

    private static final List<String> NOT_EXAMPLES = List.of("cli", "notebooks");

    private static final List<String> HEADINGS =
            List.of("## Run it", "## What to expect", "## A transcript", "## How it works");

    static Stream<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(""))) {
            return all
                    .filter(folder -> !NOT_EXAMPLES.contains(folder.toString()))
                    .map(folder -> folder.resolve("README.md"))
                    .filter(Files::exists)
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @Test
    void thereIsAFolderForEach() throws IOException {
        List<Path> pages = folders().toList();
        assertThat(pages).hasSize(EXAMPLES);
        String index = Files.readString(Path.of("README.md"));
        assertThat(pages)
                .allSatisfy(
                        page -> assertThat(index).contains("(" + page.toString().replace('\\', '/') + ")"));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void anExampleRunsAsItsPageSays(Path page, @TempDir Path temporary)
            throws ReflectiveOperationException, IOException {
        String text = Files.readString(page);
        assertThat(text).contains(HEADINGS);
        assertThat(page.resolveSibling("transcript.txt")).isNotEmptyFile();
        Matcher main = MAIN.matcher(text);
        assertThat(main.find()).as("a command with -Ddemo.main=").isTrue();
        Optional<Path> model = text.contains(NEEDS_A_MODEL) ? Optional.of(largerModel()) : Optional.empty();
        ExampleOptions options = new ExampleOptions(temporary.resolve("run"), 1, true, model);
        ExampleOutcome outcome = run(Class.forName(main.group(1)), options);
        assertThat(outcome.start()).isFinite();
        assertThat(outcome.end()).isFinite();
    }

    private static Path largerModel() {
        Path model = Path.of(System.getProperty("rft4j.shared"), "models", "minimind2-small");
        assumeThat(model).as("a chat model").isDirectory();
        return model;
    }

    private static ExampleOutcome run(Class<?> example, ExampleOptions options) throws ReflectiveOperationException {
        try {
            return (ExampleOutcome)
                    example.getMethod("run", ExampleOptions.class).invoke(null, options);
        } catch (InvocationTargetException e) {
            throw new AssertionError(example.getSimpleName() + " failed", e.getCause());
        }
    }
}
