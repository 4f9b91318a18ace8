package org.rft4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.training.SmallRun.Kind;

/**
 * A run that is killed again and again, and goes on again and again, leaves what an undisturbed run leaves, to the last bit. Other moments
 * with {@code -Drft4j.kill.seed=n}.
 */
class KilledRunTest {
    private static final int KILLS = 4; // of each of the eight kinds of run
    private static final int FEWEST_WORDS = 6; // but for the first kill, which may come before the first checkpoint
    private static final int OTHER_WORDS = 5;
    private static final long SEED = Long.getLong("rft4j.kill.seed", 6);

    @TempDir
    Path temporary;

    @ParameterizedTest
    @EnumSource
    void aKilledRunEndsAsAnUndisturbedOne(Kind kind, TestReporter reporter) throws Exception {
        Path undisturbed = temporary.resolve("undisturbed");
        Path killed = temporary.resolve("killed");
        double betweenWords;
        try (RunProcess process = RunProcess.start(kind, undisturbed)) {
            betweenWords = process.finish();
        }
        KeyedRandom moments = KeyedRandom.ofSeed(SEED).derive(kind.name());
        for (int kill = 0; kill < KILLS; kill++) {
            int words = (kill == 0 ? 1 : FEWEST_WORDS) + (int) (moments.uniform(2L * kill) * OTHER_WORDS);
            double longer = moments.uniform(2L * kill + 1) * 2 * betweenWords;
            try (RunProcess process = RunProcess.start(kind, killed)) {
                assertThat(process.hear(words))
                        .as("kill %d with seed %d comes before the end", kill, SEED)
                        .isTrue();
                process.kill(longer);
                reporter.publishEntry(
                        "seed " + SEED,
                        String.format("%s killed %.0f ms after '%s'", kind, 1000 * longer, process.last()));
            }
        }
        try (RunProcess process = RunProcess.start(kind, killed)) {
            process.finish();
        }
        List<String> different = different(undisturbed, killed, kind);
        if (!different.isEmpty()) {
            // Once in about a hundred runs on a crowded machine an undisturbed run differed from all others: that is no
            // matter of resuming.
            Path again = temporary.resolve("again");
            try (RunProcess process = RunProcess.start(kind, again)) {
                process.finish();
            }
            reporter.publishEntry("other than the first undisturbed run: " + different);
            different = different(again, killed, kind);
        }
        assertThat(different)
                .as("files of %s with seed %d that differ", kind, SEED)
                .isEmpty();
    }

    private static List<String> different(Path undisturbed, Path killed, Kind kind) throws IOException {
        TreeMap<String, Path> expected = results(undisturbed);
        TreeMap<String, Path> found = results(killed);
        assertThat(found.keySet()).as("%s with seed %d", kind, SEED).isEqualTo(expected.keySet());
        assertThat(expected.keySet()).anyMatch(name -> name.endsWith("policy.bin"));
        List<String> different = new ArrayList<>();
        for (String name : expected.keySet()) {
            if (Files.mismatch(expected.get(name), found.get(name)) >= 0) {
                different.add(name);
            }
        }
        return different;
    }

    /** Numbers, completions, and all checkpoints that are kept: the last ones and the best, with what they export. */
    private static TreeMap<String, Path> results(Path run) throws IOException {
        TreeMap<String, Path> files = new TreeMap<>();
        for (String log : List.of("metrics.jsonl", "completions.jsonl")) {
            files.put(log, run.resolve(log));
        }
        try (Stream<Path> all = Files.walk(run.resolve("checkpoints"))) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.put(run.relativize(file).toString(), file));
        }
        return files;
    }
}
