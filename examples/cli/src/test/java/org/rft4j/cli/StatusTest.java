package org.rft4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.cli.TestRun.Said;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.InvalidInputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** With what a command ends. */
class StatusTest {
    @TempDir
    private Path folder;

    /** A reward that fails when the preflight is long over. */
    public static final class NoLuck implements Reward {
        private static final AtomicInteger CALLS = new AtomicInteger();

        @Override
        public String name() {
            return "noLuck";
        }

        @Override
        public Score score(RewardSample sample) {
            if (CALLS.incrementAndGet() > 100) {
                throw new IllegalStateException("no luck today");
            }
            return Score.of(sample.completion().length() % 2 == 0);
        }
    }

    @Command(name = "fails")
    private static final class Fails implements Callable<Integer> {
        private final Callable<Integer> call;

        Fails(Callable<Integer> call) {
            this.call = call;
        }

        @Override
        public Integer call() throws Exception {
            return call.call();
        }
    }

    private static Said fails(Callable<Integer> call) {
        StringWriter err = new StringWriter();
        CommandLine command = Rft4j.commandLine(Map.of()).addSubcommand(new Fails(call));
        command.setErr(new PrintWriter(err));
        return new Said(Rft4j.execute(command, "fails"), "", err.toString());
    }

    private static final class BrokenLink extends LinkageError {
        private static final long serialVersionUID = 1L;

        BrokenLink() {
            super("no such method");
        }
    }

    @Test
    void wrongInputIsToldInASentence() {
        Said said = fails(() -> {
            throw new InvalidInputException("rank", 0, "must be positive", "use 16");
        });
        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err()).isEqualTo("rank was 0, must be positive; use 16\n");
    }

    @Test
    void whateverElseBreaksIsToldWithItsTrace() {
        Said engine = fails(() -> {
            throw new EngineException("out of memory", new IllegalStateException("libtorch said so"));
        });
        assertThat(engine.status()).isEqualTo(3);
        assertThat(engine.err())
                .startsWith("The command broke off: out of memory\norg.rft4j.engine.EngineException: out of memory\n"
                        + "\tat org.rft4j.cli.StatusTest")
                .contains("\nCaused by: java.lang.IllegalStateException: libtorch said so\n");
        Said unexpected = fails(() -> {
            throw new IllegalStateException("a part of the run could not be closed");
        });
        assertThat(unexpected.status()).isEqualTo(3);
        assertThat(unexpected.err())
                .startsWith("The command broke off: a part of the run could not be closed\n"
                        + "java.lang.IllegalStateException: ");
        Said error = fails(() -> {
            throw new BrokenLink();
        });
        assertThat(error.status()).isEqualTo(3);
        assertThat(error.err())
                .startsWith("The command broke off: no such method\norg.rft4j.cli.StatusTest$BrokenLink: no such method"
                        + "\n\tat ");
    }

    @Test
    void whatPicocliRefusesIsWrongInput() {
        Said said = TestRun.say(Map.of(), "run", "--dryrun", "x.yaml");
        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err()).startsWith("Unknown option: '--dryrun'");
    }

    @Test
    void aBadRowIsWrongInput() throws Exception {
        TestRun run = new TestRun(folder);
        Files.writeString(folder.resolve("tasks.jsonl"), "{\"prompt\": 1}\n");
        Said said = run.say(TestRun.online("grpoTrl"));
        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err())
                .isEqualTo("tasks.jsonl:1, column 'prompt': was 1, must be a string or a list of messages; correct the"
                        + " row, map its columns, or skip bad rows\n");
    }

    @Test
    void aRunWhoseRewardFailsTellsWhere() {
        String yaml = TestRun.online("grpoTrl")
                .replace(
                        "{type: keywords, required: [Lily]}",
                        "{type: class, className: '%s'}".formatted(NoLuck.class.getName()));
        Said said = new TestRun(folder).say(yaml, "--set", "run.rounds=50");
        assertThat(said.status()).isEqualTo(3);
        assertThat(said.err())
                .startsWith("The command broke off: 10 rounds in a row had nothing to train; ")
                .contains(
                        "\norg.rft4j.core.trainer.TrainingException: 10 rounds",
                        "\n\tat org.rft4j.core.trainer.RunLoop.");
    }
}
