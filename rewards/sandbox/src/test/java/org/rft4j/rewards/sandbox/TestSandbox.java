package org.rft4j.rewards.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Whether this machine can have a sandbox. */
final class TestSandbox {
    private TestSandbox() {}

    static boolean isThere() {
        return Stream.of("bwrap", "setpriv", "prlimit").allMatch(TestSandbox::isInstalled);
    }

    static boolean isInstalled(String program) {
        return Files.isExecutable(Path.of("/usr/bin", program));
    }
}
