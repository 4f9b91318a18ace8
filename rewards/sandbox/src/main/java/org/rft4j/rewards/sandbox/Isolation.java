package org.rft4j.rewards.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.Check;

/** What stands between a program and the machine. */
sealed interface Isolation {
    /** The command that runs another within the isolation; {@code folder} holds its files. */
    List<String> wrap(List<String> command, Path folder, SandboxLimits limits);

    /**
     * bubblewrap: namespaces of its own for users, processes, network, mounts, host name and IPC; {@code /usr} to read, a folder in memory to
     * write, and nothing else of the file system; an empty environment. Limits on processes hold per user and namespace, but not for root:
     * so root becomes a user that nobody is, first.
     */
    record Bubblewrap(List<Path> readable, boolean asRoot) implements Isolation {
        private static final String NOBODY = "61183";

        @Override
        public List<String> wrap(List<String> command, Path folder, SandboxLimits limits) {
            List<String> all = new ArrayList<>();
            if (asRoot) {
                all.addAll(
                        List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs"));
            }
            all.addAll(List.of("bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"));
            all.addAll(List.of("--hostname", "sandbox", "--cap-drop", "ALL"));
            all.addAll(List.of(
                    "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib"));
            if (Files.exists(Path.of("/lib64"))) {
                all.addAll(List.of("--symlink", "usr/lib64", "/lib64"));
            }
            for (Path path : readable) {
                all.addAll(List.of("--ro-bind", path.toString(), path.toString()));
            }
            all.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/dev/shm", "--remount-ro", "/dev/shm"));
            String size = Long.toString((long) limits.diskMiB() << 20);
            all.addAll(List.of("--size", size, "--tmpfs", "/work", "--symlink", "/work", "/tmp"));
            all.addAll(List.of("--ro-bind", folder.toString(), "/files", "--chdir", "/work"));
            all.addAll(List.of("--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", "/work"));
            all.addAll(List.of("--setenv", "LANG", "C.UTF-8", "--setenv", "TMPDIR", "/work"));
            all.addAll(List.of("--remount-ro", "/", "--"));
            all.addAll(resourceLimits(limits));
            all.addAll(command);
            return all;
        }
    }

    /** Nothing but a folder, time and memory limits. */
    record None() implements Isolation {
        @Override
        public List<String> wrap(List<String> command, Path folder, SandboxLimits limits) {
            return command;
        }
    }

    private static List<String> resourceLimits(SandboxLimits limits) {
        long fileBytes = (long) limits.diskMiB() << 20;
        return List.of(
                "prlimit",
                "--nproc=" + limits.processes(),
                "--fsize=" + fileBytes,
                "--core=0",
                "--nofile=256",
                "--memlock=0",
                "--cpu=" + (limits.time().toSeconds() + 2),
                "--");
    }

    static Path requireFolder(Path path) {
        Check.that(
                path.isAbsolute() && Files.isDirectory(path),
                "readable folder",
                path,
                "must be an absolute path of a folder",
                "pass the folder of a language's run time");
        return path;
    }
}
