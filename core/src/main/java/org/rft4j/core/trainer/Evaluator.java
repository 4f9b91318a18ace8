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
import org.rft4j.core.evaluation.ExampleEvaluation;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.core.evaluation.Patience;
import org.rft4j.core.evaluation.RepeatedEvaluation;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.state.Resumable;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/** Evaluates, remembers the best, and says when it is enough. */
final class Evaluator implements Resumable {
    private final Evaluations evaluations;

    private final Tokenizer tokenizer;

    private final HeldOutLosses losses;

    private final KeyedRandom random;

    private final Optional<Best> best;

    private final Optional<Patience> patience;

    private long evaluatedAt = -1;

    Evaluator(Evaluations evaluations, Tokenizer tokenizer, HeldOutLosses losses, long seed) {
        this.evaluations = evaluations;
        this.tokenizer = tokenizer;
        this.losses = losses;
        random = KeyedRandom.ofSeed(seed).derive("evaluations");
        best = evaluations.best().map(goal -> new Best(goal, 0));
        patience = evaluations.earlyStop().map(EarlyStop::patient);
    }

    /** What came of one moment's evaluations. */
    record Verdict(List<EvaluationReport> reports, boolean better, Optional<String> enough) {}

    /** No moment is evaluated twice. */
    boolean due(long step, boolean last) {
        return !evaluations.plans().isEmpty()
                && !isOf(step)
                && (step == 0 ? evaluations.atStart() : last || step % evaluations.everySteps() == 0);
    }

    /** Whether the last evaluation was that of this moment. */
    boolean isOf(long step) {
        return step == evaluatedAt;
    }

    Verdict evaluate(long step, long round) {
        List<EvaluationReport> reports = new ArrayList<>();
        boolean better = false;
        Optional<String> enough = Optional.empty();
        for (RepeatedEvaluation plan : evaluations.plans()) {
            EvaluationReport report = evaluate(plan, step, round);
            reports.add(report);
            better |= best.isPresent() && best.get().hear(report.metrics(), step);
            if (patience.isPresent()) {
                Optional<String> why = patience.get().hear(report.metrics(), step);
                enough = enough.isPresent() ? enough : why;
            }
        }
        evaluations.best().ifPresent(goal -> requireTold(goal, reports));
        evaluations.earlyStop().ifPresent(stop -> requireTold(stop.goal(), reports));
        evaluatedAt = step;
        return new Verdict(reports, better, enough);
    }

    /** What samples earn may be missing where no score is applicable; what an objective tells of examples is always the same. */
    private void requireTold(Goal goal, List<EvaluationReport> reports) {
        boolean sampled = evaluations.plans().stream()
                .anyMatch(plan -> plan instanceof EvaluationPlan && plan.mayTell(goal.metric()));
        Check.that(
                sampled || reports.stream().anyMatch(report -> report.metrics().containsKey(goal.metric())),
                "metric that evaluations are judged by",
                goal.metric(),
                "must be one of "
                        + reports.stream()
                                .flatMap(report -> report.metrics().keySet().stream())
                                .toList(),
                "name one of these");
    }

    private EvaluationReport evaluate(RepeatedEvaluation plan, long step, long round) {
        if (plan instanceof ExampleEvaluation<?> examples) {
            return new EvaluationReport(plan.name(), step, losses.metrics(examples, random), List.of());
        }
        return evaluate((EvaluationPlan) plan, step, round);
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
        state.put("evaluatedAt", evaluatedAt);
        best.ifPresent(one -> state.set("best", one.state()));
        patience.ifPresent(one -> state.set("earlyStop", one.state()));
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        evaluatedAt = state.path("evaluatedAt").asLong(-1);
        best.ifPresent(one -> one.restore(state.path("best")));
        patience.ifPresent(one -> one.restore(state.path("earlyStop")));
    }
}
