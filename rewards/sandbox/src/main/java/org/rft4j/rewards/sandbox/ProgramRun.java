package org.rft4j.rewards.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.rft4j.rewards.sandbox.ProgramResult.End;

/** A program under way: its streams are read, its memory is watched, and it is killed with all its processes when it is time. */
final class ProgramRun {
    private static final long LOOK_MILLIS = 5;
    private static final long LAST_WORDS_MILLIS = 1000;
    private static final long PAGE_BYTES = 4096;

    private final Process process;
    private final SandboxLimits limits;
    private final AtomicReference<End> end = new AtomicReference<>(End.EXITED);

    ProgramRun(Process process, SandboxLimits limits) {
        this.process = process;
        this.limits = limits;
    }

    ProgramResult await(String input) throws InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        List<Thread> helpers = List.of(
                helper("input", () -> Sandbox.feed(process.getOutputStream(), input)),
                helper("output", () -> watch(Sandbox.readUpTo(process.getInputStream(), output, limits.outputBytes()))),
                helper(
                        "errors",
                        () -> watch(Sandbox.readUpTo(process.getErrorStream(), errors, limits.outputBytes()))));
        try {
            awaitEnd();
        } finally {
            kill();
        }
        process.waitFor();
        for (Thread helper : helpers) {
            helper.join(LAST_WORDS_MILLIS);
        }
        process.destroyForcibly(); // closes streams that a process may hold which has left the program's tree
        for (Thread helper : helpers) {
            helper.join();
        }
        End why = Objects.requireNonNull(end.get());
        return new ProgramResult(
                why,
                why == End.EXITED ? process.exitValue() : -1,
                output.toString(StandardCharsets.UTF_8),
                errors.toString(StandardCharsets.UTF_8));
    }

    private void awaitEnd() throws InterruptedException {
        long start = System.nanoTime();
        long limit = limits.time().toNanos();
        while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - start > limit) {
                stop(End.TIME);
                return;
            }
            if (memory() > (long) limits.memoryMiB() << 20) {
                stop(End.MEMORY);
                return;
            }
        }
    }

    private void watch(boolean tooMuch) {
        if (tooMuch) {
            stop(End.OUTPUT);
        }
    }

    private void stop(End why) {
        end.compareAndSet(End.EXITED, why);
        kill();
    }

    /**
     * Killing the outermost process ends the namespace, and so everything in it; without a namespace each is killed by itself. By its handle,
     * because {@link Process#destroyForcibly} also closes the streams, and what an ended program wrote may not have been read yet.
     */
    private void kill() {
        List<ProcessHandle> all = process.descendants().toList();
        process.toHandle().destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private long memory() {
        try (Stream<ProcessHandle> all = process.descendants()) {
            return all.mapToLong(one -> residentBytes(one.pid())).sum();
        }
    }

    private static long residentBytes(long pid) {
        try {
            String[] pages =
                    Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ");
            return (Long.parseLong(pages[1]) - Long.parseLong(pages[2])) * PAGE_BYTES;
        } catch (IOException | RuntimeException e) {
            return 0; // it has just ended
        }
    }

    private static Thread helper(String name, Runnable work) {
        Thread thread = new Thread(work, "rft4j-sandbox-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
