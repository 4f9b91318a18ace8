package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.Check;

/**
 * Shows on a console how far a run is. On a terminal a bar is drawn in place at each step; elsewhere a line is written every so many steps.
 * Findings and evaluations are lines, and the end is a summary. Seconds come from the steps' {@code time/step_s}, and speed from
 * {@code speed/tokens_per_s}. To be called by one thread.
 */
public final class ConsoleProgress implements RunListener {
    private static final Map<Finding.Level, Screen.Colour> COLOURS = Map.of(
            Finding.Level.NOTE, Screen.Colour.FAINT,
            Finding.Level.WARNING, Screen.Colour.YELLOW,
            Finding.Level.ERROR, Screen.Colour.RED);

    private final Screen screen;
    private final ProgressBar bar;
    private final int everySteps;
    private final Pace pace = new Pace();
    private final Map<Finding.Level, Integer> findings = new EnumMap<>(Finding.Level.class);
    private String algorithm = "run";
    private long planned;
    private double firstReward = Double.NaN;
    private double lastReward = Double.NaN;

    /**
     * Shows a run on a console.
     *
     * @param screen the console
     * @param everySteps how many steps lie between two lines where no bar can be drawn, at least 1
     */
    public ConsoleProgress(Screen screen, int everySteps) {
        Check.that(everySteps >= 1, "everySteps", everySteps, "must be at least 1", "use 10 if in doubt");
        this.screen = screen;
        this.bar = new ProgressBar(screen);
        this.everySteps = everySteps;
    }

    @Override
    public void started(RunStart start) {
        algorithm = start.algorithm();
        planned = start.steps();
        String begun = start.stepsDone() == 0 ? "" : "goes on after step " + Numbers.of(start.stepsDone()) + ", ";
        String all = planned > 0 ? Numbers.count(planned, "step", "steps") : "steps as long as there is data";
        screen.line(Printable.line(algorithm + ": " + begun + all + ", in " + start.folder()));
    }

    @Override
    public void stepped(StepReport step) {
        pace.add(step.timings());
        double reward = step.metrics().getOrDefault(MetricNames.REWARD, Double.NaN);
        firstReward = Double.isNaN(firstReward) ? reward : firstReward;
        lastReward = Double.isNaN(reward) ? lastReward : reward;
        if (screen.terminal().redraws()) {
            bar(step);
        } else if (step.step() == 1 || step.step() % everySteps == 0 || step.step() == planned) {
            screen.line("step " + count(step) + "  " + String.join("  ", facts(step)));
        }
    }

    private void bar(StepReport step) {
        List<String> words = new ArrayList<>(List.of(count(step)));
        words.addAll(facts(step));
        double share = planned > 0 ? Math.min(1, (double) step.step() / planned) : Double.NaN;
        bar.draw(share, words);
    }

    private String count(StepReport step) {
        String done = Numbers.of(step.step());
        return planned > 0 ? done + "/" + Numbers.of(planned) : done;
    }

    /** What matters most comes first, because a narrow terminal shows only the first ones. */
    private List<String> facts(StepReport step) {
        List<String> facts = new ArrayList<>();
        Map<String, Double> metrics = step.metrics();
        Double std = metrics.get(MetricNames.REWARD_STD);
        String sign = screen.terminal().unicode() ? " \u00b1" : " +-";
        add(facts, "reward ", metrics.get(MetricNames.REWARD), std == null ? "" : sign + Numbers.of(std));
        double left = planned > step.step() ? pace.ahead(planned - step.step()) : Double.NaN;
        facts.addAll(Double.isNaN(left) ? List.of() : List.of(Numbers.duration(left) + " left"));
        add(facts, "loss ", metrics.get(MetricNames.LOSS), "");
        add(facts, "", step.timings().get(MetricNames.TOKENS_PER_SECOND), " tok/s");
        facts.add("round " + Numbers.of(step.round()));
        return facts;
    }

    private static void add(List<String> facts, String before, @Nullable Double value, String after) {
        if (value != null) {
            facts.add(before + Numbers.of(value) + after);
        }
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        String numbers = evaluation.metrics().entrySet().stream()
                .map(entry ->
                        MetricNames.within(evaluation.name(), entry.getKey()) + " " + Numbers.of(entry.getValue()))
                .collect(Collectors.joining(", "));
        String text = "evaluation " + evaluation.name() + ", step " + Numbers.of(evaluation.step()) + ": " + numbers;
        screen.line(screen.coloured(Printable.line(text), Screen.Colour.CYAN));
    }

    @Override
    public void found(Finding finding) {
        findings.merge(finding.level(), 1, Integer::sum);
        String head = finding.level() + " " + Printable.line(finding.code());
        Screen.Colour colour = COLOURS.getOrDefault(finding.level(), Screen.Colour.FAINT);
        String step = ", step " + Numbers.of(finding.step()) + ": ";
        screen.line(screen.coloured(head, colour) + step + Printable.line(finding.text()));
    }

    @Override
    public void ended(RunEnd end) {
        screen.leave();
        screen.line(Printable.line(algorithm) + ": " + Words.of(end.reason()) + " after "
                + Numbers.count(end.steps(), "step", "steps") + " in " + Numbers.duration(pace.total()));
        if (!Double.isNaN(lastReward)) {
            screen.line("  reward    " + Numbers.of(firstReward) + " at first, " + Numbers.of(lastReward) + " at last");
        }
        if (!findings.isEmpty()) {
            screen.line("  findings  "
                    + findings.entrySet().stream()
                            .map(entry -> count(entry.getKey(), entry.getValue()))
                            .collect(Collectors.joining(", ")));
        }
        end.best().ifPresent(best -> screen.line(Printable.line("  best      " + best)));
        end.last().ifPresent(last -> screen.line(Printable.line("  last      " + last)));
    }

    private static String count(Finding.Level level, int count) {
        return Numbers.count(count, Words.of(level), Words.of(level) + "s");
    }

    @Override
    public void close() {
        screen.leave();
    }
}
