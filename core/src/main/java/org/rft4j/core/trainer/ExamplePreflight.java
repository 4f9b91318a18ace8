package org.rft4j.core.trainer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.preflight.Checked;
import org.rft4j.core.preflight.ExampleCheck;
import org.rft4j.core.preflight.PreflightReport;
import org.rft4j.core.run.Finding;
import org.rft4j.engine.Rft4jException;

/** Checks of a run on examples: it arranges those of the first rounds, and puts them back. */
final class ExamplePreflight {
    private static final int MOST_EXAMPLES = 1000;

    private final ExamplePlan<?> plan;

    private final RunOptions run;

    private final @Nullable LanguageModel model;

    private final MemoryNeed memory;

    /** Of a builder that is complete. */
    ExamplePreflight(TrainerSettings of, MemoryNeed memory) {
        plan = Objects.requireNonNull(of.examples);
        run = Objects.requireNonNull(of.run);
        model = of.model;
        this.memory = memory;
    }

    PreflightReport run() {
        ExampleCheck check;
        try {
            check = plan.firstRounds(run, MOST_EXAMPLES);
        } catch (Rft4jException e) {
            Finding fails = new Finding(
                    Finding.Level.ERROR,
                    "examples_not_arranged",
                    "the examples of the first rounds cannot be arranged, and the run would end so too: "
                            + e.getMessage(),
                    0);
            return new PreflightReport(List.of(new Checked("examples", "refused", List.of(fails))));
        }
        List<Checked> checks = new ArrayList<>();
        checks.add(check.lengths(memory.config().contextLength()));
        checks.add(check.kept());
        checks.add(check.labels());
        if (model != null) {
            checks.add(check.ends(model.tokenizer(), model.stopIds()));
        }
        if (check.longest() > 0) {
            double rows = (double) check.arranged().rows().size() / check.examples();
            checks.add(memory.examples((long) Math.ceil(rows * run.tasksPerRound()), check.longest()));
        }
        return new PreflightReport(checks);
    }
}
