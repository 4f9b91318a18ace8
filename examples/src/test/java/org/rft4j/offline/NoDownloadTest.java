package org.rft4j.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine starts from what is on the class path: with an empty cache it fetches nothing and reports to nobody. */
@Tag("newest-jdk")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class NoDownloadTest {
    @TempDir
    private Path cache;

    @Test
    void engineStartsWithoutTheNetwork() throws Exception {
        List<String> output = probe("engine");
        assertThat(output).contains("PyTorch says 3.0");
        assertThat(output).noneMatch(line -> line.startsWith("attempt: "));
        assertThat(cache).isNotEmptyDirectory();
    }

    /** What the test above would miss if the trap did not reach into DJL. */
    @Test
    void theTrapSeesDjlReportToItsMakers() throws Exception {
        assertThat(probe("djl", "-DOPT_OUT_TRACKING=false")).anyMatch(line -> line.startsWith("attempt: url http"));
    }

    @ParameterizedTest
    @CsvSource({"url, url https://localhost/x", "socket, socket localhost", "channel, channel", "client, channel"})
    void theTrapSeesEveryDoor(String door, String attempt) throws Exception {
        assertThat(probe(door)).anyMatch(line -> line.startsWith("attempt: " + attempt));
    }

    private List<String> probe(String what, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-DDJL_CACHE_DIR=" + cache,
                "-DENGINE_CACHE_DIR=" + cache,
                "-cp",
                System.getProperty("java.class.path"),
                OfflineProbe.class.getName(),
                what));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.matches("DJL_CACHE_DIR|ENGINE_CACHE_DIR|OPT_OUT_TRACKING"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }
}
