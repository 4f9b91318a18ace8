package org.rft4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.cli.TestRun.Said;

/** A run that does not begin leaves nothing behind. */
class BeginningTest {
    private static final String TENSOR_BOARD = "report.tensorBoard=true";

    @TempDir
    private Path folder;

    private long eventFiles() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("run"))) {
            return all.filter(file -> file.getFileName().toString().contains("tfevents"))
                    .count();
        }
    }

    @Test
    void noFolderWhereThePreflightSaysNo() {
        String yaml = TestRun.online("grpoTrl").replace("groupSize: 4", "groupSize: 1");
        Said said = new TestRun(folder).say(yaml, "--set", TENSOR_BOARD);
        assertThat(said.out()).contains("ERROR group_of_one");
        assertThat(said.status()).isEqualTo(1);
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void noFileWhereTheRunCannotGoOn() throws IOException {
        TestRun run = new TestRun(folder);
        String yaml = TestRun.offline("simPo", "preferences", "pairs.jsonl");
        assertThat(run.say(yaml, "--set", TENSOR_BOARD).err()).isEmpty();
        assertThat(eventFiles()).isEqualTo(1);
        Said other = run.say(yaml, "--set", TENSOR_BOARD, "--set", "run.seed=2", "--set", "run.rounds=3");
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).contains("seed");
        assertThat(eventFiles()).isEqualTo(1);
    }

    @Test
    void filesThatAreNotThereAreToldFirst() {
        String here = Path.of("").toAbsolutePath().toString();
        TestRun run = new TestRun(folder);
        Said said = run.say(TestRun.online("grpoTrl"), "--set", "data.files[1]=more.jsonl");
        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err())
                .isEqualTo(
                        "data.files[1] was more.jsonl, must be a file that can be read; paths are relative to where the"
                                + " command is started, " + here + "\n");
        Said evaluated = run.say(
                TestRun.online("grpoTrl"), "--set", "evaluation={data: {type: tasks, files: [held-out.jsonl]}}");
        assertThat(evaluated.err())
                .startsWith("evaluation.data.files[0] was held-out.jsonl, must be a file that can be read; ");
    }

    @Test
    void aReportIsOfARun() {
        Said said = TestRun.say(Map.of(), "report", folder.toString());
        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err())
                .isEqualTo(
                        "FOLDER was " + folder + ", must be a run's folder, in which there is metrics.jsonl; name what"
                                + " the run's file has as folder, such as runs/grpo\n");
        assertThat(folder.resolve("report.html")).doesNotExist();
    }
}
