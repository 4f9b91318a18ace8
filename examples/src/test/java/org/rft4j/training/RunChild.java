package org.rft4j.training;

import java.nio.file.Path;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.trainer.Trainer;

/** Another process that trains, until it is done or killed. It says a word about each thing that it has done. */
final class RunChild {
    static final String DONE = "done";

    private RunChild() {}

    /**
     * Begins a run, or goes on with it.
     *
     * @param arguments the kind of run and its folder
     */
    public static void main(String[] arguments) {
        try (SmallRun run = new SmallRun(SmallRun.Kind.valueOf(arguments[0]), Path.of(arguments[1]), new Words())) {
            Trainer trainer = run.trainer();
            trainer.runOrResume();
            say(DONE);
        }
    }

    private static void say(String word) {
        System.out.println(word);
        System.out.flush();
    }

    /** Tells what follows what: sampling follows a start, a step follows sampling, a checkpoint follows a step. */
    private static final class Words implements RunListener {
        @Override
        public void started(RunStart start) {
            say("started");
        }

        @Override
        public void sampled(RoundReport round) {
            say("sampled");
        }

        @Override
        public void stepped(StepReport step) {
            say("stepped");
        }

        @Override
        public void checkpointed(Path folder, long step) {
            say("checkpointed");
        }
    }
}
