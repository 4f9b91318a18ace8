package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whatever ends a process, it ends: these start processes, since a hook works once in a process's life. */
class ExitHookTest {
    private static final int SECONDS = 60;

    @Test
    void aRunIsWaitedFor() throws IOException, InterruptedException {
        Process process = started("asked");
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEqualTo("asked to stop\nrun over\n");
    }

    @Test
    void aRunThatExitsIsNotWaitedFor() throws IOException, InterruptedException {
        Process process = started("exits");
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
    }

    @Test
    void aTrainerThatIsNeverClosedKeepsNoProcess() throws IOException, InterruptedException {
        Process process = started("forgets");
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private static Process started(String what) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        what)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** A process with a run of its own kind. */
    static final class Child {
        private Child() {}

        /**
         * Runs.
         *
         * @param arguments what to do
         */
        public static void main(String[] arguments) throws InterruptedException {
            Thread run = Thread.currentThread();
            ExitHook hook = new ExitHook(() -> {
                System.out.println("asked to stop");
                run.interrupt();
            });
            hook.set();
            switch (arguments[0]) {
                case "asked" -> asked(hook);
                case "exits" -> {
                    hook.begin();
                    System.exit(3);
                }
                default -> {
                    hook.begin();
                    hook.end();
                }
            }
        }

        private static void asked(ExitHook hook) {
            hook.begin();
            new Thread(() -> System.exit(0), "whoever ends the process").start();
            try {
                TimeUnit.SECONDS.sleep(SECONDS);
            } catch (InterruptedException e) {
                System.out.println("run over");
            }
            hook.end();
            hook.close();
        }
    }
}
