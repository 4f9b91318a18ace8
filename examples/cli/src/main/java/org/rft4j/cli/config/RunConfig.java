package org.rft4j.cli.config;

import java.nio.file.Path;
import java.util.Optional;
import org.rft4j.core.diagnosis.DiagnosisOptions;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.training.UpdatePlan;

/**
 * How long a run is, how fast, who watches, and where its files are.
 *
 * @param run how many rounds, and what a round is
 * @param update how a round is trained
 * @param rates learning rate, schedule, AdamW's options
 * @param checkpoints when they are written
 * @param evaluation when the policy is evaluated, and on what
 * @param diagnosis when a run counts as ill
 * @param report who watches
 * @param folder where the run's files are
 */
public record RunConfig(
        RoundsConfig run,
        UpdatePlan update,
        RatesConfig rates,
        CheckpointPlan checkpoints,
        Optional<EvaluationConfig> evaluation,
        DiagnosisOptions diagnosis,
        ReportConfig report,
        Path folder) {
    RunConfig encoded() {
        return new RunConfig(
                run, update, rates, checkpoints, evaluation.map(EvaluationConfig::encoded), diagnosis, report, folder);
    }
}
