package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.evaluation.Best;
import org.rft4j.core.evaluation.EarlyStop;
import org.rft4j.core.evaluation.Evaluation;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.state.Resumable;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Evaluates, remembers the best, and says when it is enough. */
final class Evaluator implements Resumable {
    private final Evaluations evaluations;

    private final Tokenizer tokenizer;

    private final Optional<Best> best;

    Evaluator(Evaluations evaluations, Tokenizer tokenizer) {
        this.evaluations = evaluations;
        this.tokenizer = tokenizer;
        best = evaluations.best().map(goal -> new Best(goal, 0));
    }

    /** What came of one moment's evaluations. */
    record Verdict(List<EvaluationReport> reports, boolean better, Optional<String> enough) {}

    boolean due(long step) {
        return !evaluations.plans().isEmpty()
                && (step == 0 ? evaluations.atStart() : step % evaluations.everySteps() == 0);
    }

    Verdict evaluate(long step, long round) {
        List<EvaluationReport> reports = new ArrayList<>();
        boolean better = false;
        Optional<String> enough = Optional.empty();
        for (EvaluationPlan plan : evaluations.plans()) {
            EvaluationReport report = evaluate(plan, step, round);
            reports.add(report);
            better |= best.isPresent() && best.get().hear(report.metrics(), step);
            Optional<EarlyStop> stop = evaluations.earlyStop();
            if (stop.isPresent()) {
                Optional<String> why = stop.get().hear(report.metrics(), step);
                enough = enough.isPresent() ? enough : why;
            }
        }
        return new Verdict(reports, better, enough);
    }

    /** Every evaluation draws the numbers of round 0, so that two of them differ by the weights alone. */
    private EvaluationReport evaluate(EvaluationPlan plan, long step, long round) {
        List<TaskRecord> tasks = new ArrayList<>();
        for (int i = 0; i < plan.tasks().size(); i++) {
            tasks.add(plan.tasks().get(i));
        }
        GroupCollector collector = new GroupCollector(
                plan.rollout(), Optional.of(plan.scorer()), tokenizer, plan.samples(), Optional.empty());
        JsonNode before = plan.scorer().state();
        List<TrajectoryGroup> groups = collector.collect(0, round, tasks);
        plan.scorer().restore(before); // rewards that learn do not learn from evaluations
        return new EvaluationReport(
                plan.name(),
                step,
                Evaluation.of(groups, plan.rule()).metrics(plan.name()),
                Completions.of(groups, tokenizer));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        best.ifPresent(one -> state.set("best", one.state()));
        evaluations.earlyStop().ifPresent(stop -> state.set("earlyStop", stop.state()));
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        best.ifPresent(one -> one.restore(state.path("best")));
        evaluations.earlyStop().ifPresent(stop -> stop.restore(state.path("earlyStop")));
    }
}
