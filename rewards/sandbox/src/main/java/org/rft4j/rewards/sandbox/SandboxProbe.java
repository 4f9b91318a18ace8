package org.rft4j.rewards.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Tries a sandbox out: a small shell program looks for what it must not find. */
final class SandboxProbe {
    private static final SandboxLimits LIMITS = new SandboxLimits(Duration.ofSeconds(10), 256, 64, 4, 64 << 10);

    private SandboxProbe() {}

    static void requireHolds(Sandbox sandbox) {
        try {
            Path secret = Files.createTempFile("rft4j-probe", ".txt");
            try {
                Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-rw-rw-"));
                requireHolds(sandbox, secret);
            } finally {
                Files.deleteIfExists(secret);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted while the sandbox was tried out", e);
        }
    }

    private static void requireHolds(Sandbox sandbox, Path secret) throws InterruptedException {
        ProgramResult result;
        try {
            result = sandbox.run(program(secret), LIMITS);
        } catch (SandboxException e) {
            throw new SandboxException(
                    "bubblewrap, setpriv and prlimit must be on the PATH (" + e.getMessage()
                            + "); install the packages bubblewrap and util-linux, or accept in so many words to run without",
                    e);
        }
        if (!result.succeeded() || !result.output().equals("holds\n")) {
            throw new SandboxException("the sandbox was tried out and does not hold: " + result.end() + ", exit code "
                    + result.exitCode() + ", '" + result.output().strip() + "', '"
                    + result.errors().strip()
                    + "'; bubblewrap needs user namespaces: on Ubuntu 24.04 and later allow them with "
                    + "sysctl kernel.apparmor_restrict_unprivileged_userns=0 or a profile for bwrap, in Docker with "
                    + "--security-opt seccomp=unconfined --security-opt apparmor=unconfined");
        }
    }

    private static Program program(Path secret) {
        String script = """
                test -e "$1" && echo "sees files of the machine"
                test -e /etc/passwd && echo "sees /etc"
                test -e /proc/$2 && test -r /proc/$2/environ && echo "sees other processes"
                (: > /usr/rft4j-probe) 2>/dev/null && echo "writes to /usr"
                test "$(ls /sys/class/net 2>/dev/null)" != "" && echo "sees network devices"
                grep -qv -e '^ *lo:' -e '|' /proc/net/dev && echo "has a network"
                test "$(tr '\\0' '\\n' < /proc/self/environ | grep -c -v -e ^PATH= -e ^HOME= -e ^LANG= -e ^TMPDIR= -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD=)" != 0 \
                  && echo "sees the environment"
                (: > here) || echo "cannot write to its own folder"
                echo holds
                """;
        return new Program(
                List.of(
                        "/bin/sh",
                        "/files/probe.sh",
                        secret.toString(),
                        Long.toString(ProcessHandle.current().pid())),
                Map.of("probe.sh", script),
                "");
    }
}
