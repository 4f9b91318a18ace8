package org.rft4j.engine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What native code has freed and malloc keeps. glibc gives each thread an arena and never moves freed memory to another: when training and
 * sampling take turns in threads of their own, each arena keeps what its thread once needed, and the process holds the sum of what
 * both need and not the larger (decision 21). The JVM can hand all of it back to the system, at the price of clearing the pages
 * anew, so that is done between pieces of work only, and only where the process has grown. Numbers do not depend on it. Any
 * thread may call.
 */
final class FreedMemory {
    /** 64 MB of the usual pages. */
    private static final long WORTH_PAGES = 1 << 14;

    private static final Path SIZES = Path.of("/proc/self/statm");
    private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
    private static final String TRIM = "systemTrimNativeHeap";

    private static final AtomicLong PAGES_BEFORE = new AtomicLong();
    private static final AtomicBoolean ABSENT = new AtomicBoolean(!Files.isReadable(SIZES));

    private FreedMemory() {}

    /** Gives it back if the process has grown by more than 64 MB since the last time. Does nothing where there is no way to. */
    static void giveBackAfterGrowth() {
        if (ABSENT.get()) {
            return;
        }
        try {
            long now = residentPages();
            if (now - PAGES_BEFORE.accumulateAndGet(now, Math::min) > WORTH_PAGES) {
                ManagementFactory.getPlatformMBeanServer().invoke(ObjectName.getInstance(COMMANDS), TRIM, null, null);
                PAGES_BEFORE.set(residentPages());
            }
        } catch (IOException | JMException | LinkageError e) {
            ABSENT.set(true); // not glibc, another JVM, or one without its management modules
        }
    }

    /** The second number of the file. */
    private static long residentPages() throws IOException {
        return Long.parseLong(Files.readString(SIZES).split(" ", 3)[1]);
    }
}
