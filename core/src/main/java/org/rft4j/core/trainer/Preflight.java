package org.rft4j.core.trainer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.select.PromptEncoder;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.preflight.Checked;
import org.rft4j.core.preflight.GroupCheck;
import org.rft4j.core.preflight.PreflightReport;
import org.rft4j.core.preflight.PromptCheck;
import org.rft4j.core.preflight.RewardCheck;
import org.rft4j.core.preflight.TemplateCheck;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.run.Finding;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.RoundPreparation;
import org.rft4j.core.trajectory.Rollout;

/** All checks of {@code org.rft4j.core.preflight} for a trainer. It asks and samples, and puts back whatever it changes by that. */
final class Preflight {
    private static final Duration SLOW_REWARD = Duration.ofSeconds(1);
    private static final int MOST_PROMPTS = 1000;
    private static final int ANSWERED = 16;
    private static final int WRITTEN = 2;
    private static final int MOST_EPISODES = 8;

    private final LanguageModel model;

    private final @Nullable Algorithm algorithm;

    private final Rollout rollout;

    private final RunOptions run;

    private final @Nullable Dataset<TaskRecord> data;

    private final @Nullable TaskSelector selector;

    private final @Nullable RewardScorer scorer;

    private final @Nullable Function<TaskRecord, List<String>> sampleAnswers;

    private final RoundPreparation preparation;

    private final MemoryNeed memory;

    /** Of a builder that is complete. */
    Preflight(TrainerSettings of, RoundPreparation preparation, MemoryNeed memory) {
        model = Objects.requireNonNull(of.model);
        algorithm = of.algorithm;
        rollout = Objects.requireNonNull(of.rollout);
        run = Objects.requireNonNull(of.run);
        data = of.data;
        selector = of.tasks;
        scorer = of.scorer;
        sampleAnswers = of.sampleAnswers;
        this.preparation = preparation;
        this.memory = memory;
    }

    PreflightReport run() {
        Dataset<TaskRecord> tasks = tasks();
        Optional<ChatTemplate> template =
                model.hasChatTemplate() ? Optional.of(model.chatTemplate()) : Optional.empty();
        List<Checked> checks = new ArrayList<>();
        Checked rendering = TemplateCheck.rendering(template, RenderOptions.GENERATION, tasks);
        checks.add(rendering);
        boolean chats = tasks.get(0).prompt() instanceof Prompt.Chat;
        checks.add(TemplateCheck.ends(
                model.tokenizer(),
                model.weights().config().vocabulary(),
                rollout.sampling().endIds(),
                chats ? template : Optional.empty()));
        if (failed(rendering)) {
            return new PreflightReport(checks); // whatever is asked needs prompts
        }
        Checked lengths = lengths(tasks, template);
        checks.add(lengths);
        if (!failed(lengths)) {
            TrialEpisodes trial = TrialEpisodes.of(
                    rollout, spread(tasks, WRITTEN), Math.min(run.groupSize(), MOST_EPISODES), model.tokenizer());
            checks.add(trial.checked());
            checks.add(GroupCheck.size(
                    run.groupSize(),
                    run.groupSize() == 1 && algorithm != null && trial.comparesAlone(algorithm, preparation)));
            rewards(tasks, trial, checks);
            checks.add(memory.check(run, rollout.sampling().maxNewTokens(), trial));
        }
        return new PreflightReport(checks);
    }

    private static boolean failed(Checked check) {
        return check.findings().stream().anyMatch(finding -> finding.level() == Finding.Level.ERROR);
    }

    private Dataset<TaskRecord> tasks() {
        if (data != null) {
            return data;
        }
        TaskSelector asked = Objects.requireNonNull(selector);
        var before = asked.state();
        try {
            return Datasets.of(asked.select(RunProgress.of(0, run.rounds()), run.tasksPerRound()));
        } finally {
            asked.restore(before);
        }
    }

    private Checked lengths(Dataset<TaskRecord> tasks, Optional<ChatTemplate> template) {
        PromptEncoder encoder = new PromptEncoder(model.tokenizer(), template.orElse(null), RenderOptions.GENERATION);
        return PromptCheck.lengths(
                tasks,
                encoder,
                model.weights().config().contextLength(),
                rollout.sampling().maxNewTokens(),
                MOST_PROMPTS);
    }

    private void rewards(Dataset<TaskRecord> tasks, TrialEpisodes trial, List<Checked> checks) {
        try {
            if (scorer != null && sampleAnswers != null) {
                Function<TaskRecord, List<String>> known = sampleAnswers;
                List<RewardSample> right = spread(tasks, ANSWERED).stream()
                        .flatMap(task -> known.apply(task).stream().map(answer -> RewardSample.of(task, answer)))
                        .toList();
                if (!right.isEmpty()) {
                    checks.add(new RewardCheck(scorer, SLOW_REWARD, Timings.CLOCK).right(right));
                }
            }
            if (!trial.groups().isEmpty()) {
                RewardScorer asked = scorer != null ? scorer : trial.environmentRewards();
                checks.add(new RewardCheck(asked, SLOW_REWARD, Timings.CLOCK).written(trial.samples()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException("The preflight was interrupted while rewards were computed", e);
        }
    }

    private static List<TaskRecord> spread(Dataset<TaskRecord> tasks, int most) {
        int count = Math.min(most, tasks.size());
        return IntStream.range(0, count)
                .mapToObj(i -> tasks.get((int) ((long) i * tasks.size() / count)))
                .toList();
    }
}
