package org.rft4j.cli.assembly;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.rft4j.cli.config.Configuration;
import org.rft4j.cli.config.CriticConfig;
import org.rft4j.cli.config.Encoders;
import org.rft4j.cli.config.EncodingConfig;
import org.rft4j.cli.config.LearningConfig;
import org.rft4j.cli.config.Loader;
import org.rft4j.cli.config.Recipe;
import org.rft4j.cli.config.RunConfig;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.evaluation.ExampleEvaluation;
import org.rft4j.core.evaluation.RepeatedEvaluation;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.selection.DynamicSampling;
import org.rft4j.rollout.selection.DynamicSamplingOptions;

/** A trainer, and all that it is made of, from a configuration. Closing it closes everything. */
public final class Assembly implements Loader, AutoCloseable {
    private final Configuration configuration;

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    private final TensorEngine engine;

    private final LanguageModel model;

    private final Policy policy;

    private Assembly(Configuration configuration) {
        this.configuration = configuration;
        DataSets.requireFiles("data", configuration.learning().data());
        configuration
                .run()
                .evaluation()
                .ifPresent(evaluation -> DataSets.requireFiles("evaluation.data", evaluation.data()));
        try {
            engine = own(TensorEngine.start(configuration.models().engine()));
            model = own(
                    LanguageModel.load(folder(), configuration.models().model().options(), engine));
            policy = own(
                    Policy.of(model.weights(), configuration.models().policy().make()));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Loads the model.
     *
     * @param configuration of a run
     * @return what a trainer is made of
     */
    public static Assembly open(Configuration configuration) {
        return new Assembly(configuration);
    }

    /**
     * Reads the data, and makes the trainer.
     *
     * @param listeners who watches
     * @return a trainer that has not begun, closed with this
     */
    public Trainer trainer(RunListener... listeners) {
        LearningConfig learning = configuration.learning();
        RunConfig run = configuration.run();
        TrainerBuilder builder = Trainer.builder(engine, model, policy)
                .run(run.run().options())
                .update(run.update())
                .rates(run.rates().rates())
                .checkpoints(run.checkpoints())
                .diagnosis(run.diagnosis())
                .completionsEvery(run.report().completionsEveryRounds())
                .baseModel(folder().toString())
                .folder(run.folder())
                .listeners(listeners);
        Recipe recipe = learning.algorithm().make();
        configuration
                .models()
                .reference()
                .ifPresent(source -> builder.reference(own(source.make().open(this))));
        configuration.models().critic().ifPresent(critic -> critic(builder, critic));
        if (recipe instanceof Recipe.Offline offline) {
            offline.shapes().stream()
                    .filter(shape -> shape.type() == learning.data().type())
                    .findFirst()
                    .ifPresent(shape -> offline(builder, offline, shape));
        } else {
            sampling(builder, recipe);
        }
        return own(builder.build());
    }

    private void critic(TrainerBuilder builder, CriticConfig critic) {
        builder.critic(critic.source().make().open(this));
        critic.rates().ifPresent(rates -> builder.criticRates(rates.rates()));
    }

    private Encoders encoders() {
        Optional<ChatTemplate> template =
                model.hasChatTemplate() ? Optional.of(model.chatTemplate()) : Optional.empty();
        EncodingConfig encoding = configuration.learning().data().encoding().orElse(EncodingConfig.DEFAULT);
        return new Encoders(model.tokenizer(), template, encoding);
    }

    private <T extends Example> void offline(TrainerBuilder builder, Recipe.Offline recipe, Recipe.Shape<T> shape) {
        RunConfig run = configuration.run();
        Dataset<T> data = DataSets.read(
                configuration.learning().data(),
                shape.reader().apply(DataSets.mapping(configuration.learning().data())));
        builder.offline(
                recipe.objective(),
                shape.rows().apply(encoders()),
                Epochs.shuffled(data, run.run().seed(), Epochs.FOREVER));
        run.evaluation().ifPresent(evaluation -> {
            Dataset<T> held =
                    DataSets.read(evaluation.data(), shape.reader().apply(DataSets.mapping(evaluation.data())));
            RepeatedEvaluation plan = new ExampleEvaluation<>(
                    "eval", recipe.objective(), shape.rows().apply(encoders()), held);
            builder.evaluations(Plans.evaluations(evaluation, plan));
        });
    }

    private void sampling(TrainerBuilder builder, Recipe recipe) {
        LearningConfig learning = configuration.learning();
        RunConfig run = configuration.run();
        Rollouts rollouts = new Rollouts(
                this, model, learning.rollout().orElseThrow(), run.run().seed());
        Panels panels = new Panels();
        RowMapping mapping = DataSets.mapping(learning.data());
        builder.tasks(DataSets.read(learning.data(), mapping.tasks()))
                .rollout(rollouts.sampled())
                .reward(own(panels.panel(learning.rewards())).scorer())
                .sampleAnswers(panels.sampleAnswers(learning.rewards()));
        if (recipe instanceof Recipe.Online online) {
            builder.algorithm(online.algorithm());
            if (online.greedyBaseline()) {
                builder.baseline(rollouts.at(0));
            }
        } else if (recipe instanceof Recipe.Iterated iterated) {
            builder.iterated(iterated.objective(), iterated.choice().apply(encoders()));
        }
        learning.rollout().orElseThrow().dynamicSampling().ifPresent(dynamic -> {
            DynamicSamplingOptions options = DynamicSamplingOptions.of(
                            run.run().tasksPerRound(), run.run().passMark())
                    .withRounds(dynamic.mostRounds(), dynamic.leastTasks());
            builder.gathering(
                    (selector, source) -> new DynamicSampling(selector, source, GroupRule.rewardsDiffer(), options));
        });
        run.evaluation()
                .ifPresent(evaluation -> builder.evaluations(Plans.evaluations(
                        evaluation, Plans.sampled(evaluation, learning.rewards(), panels, rollouts, this))));
    }

    @Override
    public Policy policy() {
        return policy;
    }

    @Override
    public ModelWeights load(Path folder) {
        return own(LanguageModel.load(folder, configuration.models().model().options(), engine))
                .weights();
    }

    @Override
    public Path folder() {
        return configuration.models().model().folder();
    }

    @Override
    public TensorEngine engine() {
        return engine;
    }

    @Override
    public <T extends AutoCloseable> T own(T one) {
        owned.push(one);
        return one;
    }

    @Override
    public void close() {
        List<Exception> failed = new ArrayList<>();
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                failed.add(e);
            }
        }
        if (!failed.isEmpty()) {
            throw new IllegalStateException("a part of the run could not be closed", failed.get(0));
        }
    }
}
