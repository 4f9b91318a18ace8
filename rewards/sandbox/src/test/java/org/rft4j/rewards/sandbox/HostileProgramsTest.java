package org.rft4j.rewards.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that mean harm are contained and reported, and leave nothing behind. */
class HostileProgramsTest {
    private static final SandboxLimits LIMITS = new SandboxLimits(Duration.ofMillis(1000), 200, 40, 8, 64 << 10);
    private static Path secret;
    private static ServerSocket door;
    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws IOException {
        assumeTrue(TestSandbox.isThere(), "bubblewrap is not installed");
        secret = Files.createTempFile("rft4j-hostile-secret", ".txt");
        Files.writeString(secret, "a secret of the trainer");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-rw-rw-"));
        door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sandbox = Sandbox.bubblewrap(LIMITS);
    }

    @AfterAll
    static void close() throws IOException {
        if (door != null) {
            door.close();
            Files.deleteIfExists(secret);
        }
    }

    static Stream<HostileProgram> programs() throws IOException {
        try (InputStream in = HostileProgramsTest.class.getResourceAsStream("/hostile/programs.txt")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            int port = door == null ? 1 : door.getLocalPort();
            return HostileProgram.parse(
                    text.replace("@PORT@", Integer.toString(port)),
                    String.valueOf(secret),
                    ProcessHandle.current().pid())
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void isContainedAndReported(HostileProgram hostile) throws Exception {
        ProgramResult result = sandbox.run(hostile.program());
        assertThat(result.output()).doesNotContain("LEAK", "secret of the trainer");
        if (hostile.kind().get(0).equals("escapes")) {
            assertThat(result.output().strip())
                    .as("output, errors: %s", result.errors())
                    .isEqualTo("contained");
        } else {
            assertThat(hostile.kind()).contains(result.end().name());
            if (result.end() == ProgramResult.End.EXITED) {
                assertThat(result.exitCode() != 0 || result.output().strip().equals("contained"))
                        .as("exit code %s, '%s'", result.exitCode(), result.output())
                        .isTrue();
            }
        }
        assertThat(Files.readString(secret)).isEqualTo("a secret of the trainer");
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(strays()).isEmpty();
        assertThat(Path.of("/usr/bin/rft4j-evil")).doesNotExist();
    }

    @Test
    void thereAreAtLeastSixty() throws IOException {
        assertThat(programs()).hasSizeGreaterThanOrEqualTo(60);
    }

    /** Processes of the sandbox's user that outlived their program. */
    private static List<String> strays() throws InterruptedException {
        for (int look = 0; look < 200; look++) {
            List<String> left = ProcessHandle.allProcesses()
                    .filter(one -> one.info().commandLine().orElse("").contains("/files/main."))
                    .map(one -> one.pid() + " " + one.info().commandLine().orElse(""))
                    .toList();
            if (left.isEmpty()) {
                return left;
            }
            Thread.sleep(10);
            if (look == 199) {
                return left;
            }
        }
        return List.of();
    }
}
