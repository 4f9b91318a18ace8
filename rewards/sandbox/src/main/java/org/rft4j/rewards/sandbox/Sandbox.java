package org.rft4j.rewards.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.rft4j.engine.Check;

/**
 * Runs programs that nobody may trust. Several threads may run programs at once.
 *
 * <p>What it covers, with bubblewrap: no network; no file of the machine but {@code /usr} and what is named, to read; none of the trainer's
 * environment; no sight of other processes; limits on time, memory, processes, files and output; when the program ends, is killed, or the
 * trainer ends, all its processes end. What it does not cover: faults of the kernel, since there is no filter of system calls; time that a
 * program takes from others on the machine while it runs; programs that find out how their test works and please it.
 */
public final class Sandbox {
    /** What {@link #withoutIsolation} wants to be told. */
    public static final String ACKNOWLEDGEMENT = "I accept that code written by a model runs with all my rights";

    private final Isolation isolation;
    private final SandboxLimits limits;

    private Sandbox(Isolation isolation, SandboxLimits limits) {
        this.isolation = isolation;
        this.limits = limits;
    }

    /**
     * A sandbox of bubblewrap, which is tried out first: if anything leaks, an exception says what and how to mend it.
     *
     * @param limits what a program may use
     * @return a sandbox that holds
     */
    public static Sandbox bubblewrap(SandboxLimits limits) {
        return bubblewrap(limits, List.of());
    }

    /**
     * A sandbox of bubblewrap that lets programs read more, which is tried out first: if anything leaks, an exception says what and how to
     * mend it.
     *
     * @param limits what a program may use
     * @param readable folders beside {@code /usr} that programs may read, such as {@link Language.Java#readable}
     * @return a sandbox that holds
     */
    public static Sandbox bubblewrap(SandboxLimits limits, List<Path> readable) {
        List<Path> folders = new ArrayList<>();
        for (Path path : readable) {
            if (!path.startsWith("/usr")) {
                folders.add(Isolation.requireFolder(path));
            }
        }
        boolean root = System.getProperty("user.name").equals("root");
        Sandbox sandbox = new Sandbox(new Isolation.Bubblewrap(List.copyOf(folders), root), limits);
        SandboxProbe.requireHolds(sandbox);
        return sandbox;
    }

    /**
     * No sandbox at all, for machines that are thrown away after use: programs can read, write and send whatever this process can.
     *
     * @param limits only time, memory and output are held
     * @param acknowledgement exactly {@link #ACKNOWLEDGEMENT}
     * @return a runner without any isolation
     */
    public static Sandbox withoutIsolation(SandboxLimits limits, String acknowledgement) {
        Check.that(
                acknowledgement.equals(ACKNOWLEDGEMENT),
                "acknowledgement",
                "'" + acknowledgement + "'",
                "must be '" + ACKNOWLEDGEMENT + "'",
                "install bubblewrap and use Sandbox.bubblewrap(...)");
        return new Sandbox(new Isolation.None(), limits);
    }

    /**
     * What a program may use.
     *
     * @return the limits
     */
    public SandboxLimits limits() {
        return limits;
    }

    /**
     * Runs a program. Its files lie in {@code /files}, to be read; it runs in a folder that it may write to.
     *
     * @param program what is run
     * @return what came of it
     * @throws InterruptedException if the thread is interrupted; the program is killed
     */
    public ProgramResult run(Program program) throws InterruptedException {
        return run(program, limits);
    }

    /**
     * Runs a program under other limits.
     *
     * @param program what is run
     * @param own its limits
     * @return what came of it
     * @throws InterruptedException if the thread is interrupted; the program is killed
     */
    public ProgramResult run(Program program, SandboxLimits own) throws InterruptedException {
        try {
            Path folder = Files.createTempDirectory("rft4j-sandbox");
            try {
                write(program.files(), folder);
                return new ProgramRun(start(program, folder, own), own).await(program.input());
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new SandboxException("a program could not be started: " + e.getMessage(), e);
        }
    }

    /** Where programs find their files. */
    String filesFolder(Path real) {
        return isolation instanceof Isolation.None ? real.toString() : "/files";
    }

    private Process start(Program program, Path folder, SandboxLimits own) throws IOException {
        String files = filesFolder(folder);
        List<String> command = program.command().stream()
                .map(part -> part.replace("/files", files))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(isolation.wrap(command, folder, own)).directory(folder.toFile());
        if (!(isolation instanceof Isolation.None)) {
            Map<String, String> environment = builder.environment();
            environment.clear();
            environment.put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        }
        return builder.start();
    }

    private static void write(Map<String, String> files, Path folder) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.writeString(path, file.getValue());
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--r--r--"));
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Feeds a stream; a program that does not read its input is no error. */
    static void feed(OutputStream to, String text) {
        try (to) {
            to.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return;
        }
    }

    /** Reads up to a limit; true if there was more. */
    static boolean readUpTo(InputStream from, java.io.ByteArrayOutputStream into, int limit) {
        byte[] buffer = new byte[8192];
        try {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                int room = limit - into.size();
                into.write(buffer, 0, Math.min(read, room));
                if (read > room) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false; // the program was killed
        }
    }
}
