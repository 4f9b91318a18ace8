package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.stream.Batches;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.LogProbOrigin;
import org.rft4j.core.policy.LogProbRows;
import org.rft4j.core.policy.ModelReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.PrecomputedReference;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExamplePreparation;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.TrainedModels;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.TensorEngine;

/**
 * Computes the reference log-probs of all examples once, before an offline run, so that the run looks them up and holds no second model. The
 * reference is the policy itself before its first step, unless another one is named. A file that is there is taken up, as a resumed run does,
 * after a look at it: it must have been computed by the same weights, under the same distribution, and know every row. Log-probs are those that
 * the live reference would give; to the last bit where rows were scored in the company that they are trained in.
 *
 * <pre>{@code
 * try (PrecomputedReference reference = ReferencePrecomputation.by(engine, model, policy)
 *                 .of(folder.resolve("reference-log-probs.bin"), pairs, 32, arrangement);
 *         Trainer trainer = Trainer.builder(engine, model, policy)
 *                 .offline(objective, arrangement, Epochs.shuffled(pairs, 1, 3))
 *                 .reference(reference)
 *                 ...
 * }</pre>
 *
 * <p>The rows of most arrangements depend on their example alone, so that each example is arranged once. Where they depend on the other examples
 * of a round, as pairs of one example's prompt and another's answer do, use {@link #ofRounds}.
 */
public final class ReferencePrecomputation {
    private final TensorEngine engine;

    private final LanguageModel model;

    private final Policy policy;

    private final Optional<ModelReference> reference;

    private final UpdatePlan plan;

    private ReferencePrecomputation(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            Optional<ModelReference> reference,
            UpdatePlan plan) {
        this.engine = engine;
        this.model = model;
        this.policy = policy;
        this.reference = reference;
        this.plan = plan;
    }

    /**
     * By a policy as it is now.
     *
     * @param engine where it is
     * @param model tokenizer and end tokens
     * @param policy of the model's weights, before a run has begun or taken up a checkpoint
     * @return a computation in micro-batches of the usual size
     */
    public static ReferencePrecomputation by(TensorEngine engine, LanguageModel model, Policy policy) {
        return new ReferencePrecomputation(engine, model, policy, Optional.empty(), UpdatePlan.DEFAULT);
    }

    /**
     * By another model in place of the policy.
     *
     * @param other a reference, which may be closed afterwards
     * @return a computation by it
     */
    public ReferencePrecomputation by(ModelReference other) {
        return new ReferencePrecomputation(engine, model, policy, Optional.of(other), plan);
    }

    /**
     * In other micro-batches.
     *
     * @param other the run's plan, for the same bits
     * @return a computation with its sizes and layout
     */
    public ReferencePrecomputation in(UpdatePlan other) {
        return new ReferencePrecomputation(engine, model, policy, reference, other);
    }

    /**
     * All examples of a data set, in its own order.
     *
     * @param file where the log-probs are, or will be; better in the run's folder
     * @param data the examples
     * @param examplesPerRound how many are arranged together
     * @param arrangement the run's own
     * @param <T> their shape
     * @return the reference; close it after the run
     */
    public <T extends Example> PrecomputedReference of(
            Path file, Dataset<T> data, int examplesPerRound, ExampleArrangement<T> arrangement) {
        return ofRounds(file, Epochs.inOrder(data, 1), Long.MAX_VALUE, examplesPerRound, arrangement);
    }

    /**
     * The examples of a run's rounds, in the company that they will be trained in.
     *
     * @param file where the log-probs are, or will be; better in the run's folder
     * @param examples the run's stream, which is put back where it stood
     * @param rounds how many, if the stream does not end before
     * @param examplesPerRound how many a round has
     * @param arrangement the run's own
     * @param <T> their shape
     * @return the reference; close it after the run
     */
    public <T extends Example> PrecomputedReference ofRounds(
            Path file,
            ExampleStream<T> examples,
            long rounds,
            int examplesPerRound,
            ExampleArrangement<T> arrangement) {
        PolicyScoreOptions scoring = RoundSources.scoringExamples(model);
        LogProbOrigin origin =
                LogProbOrigin.of(reference.isPresent() ? reference.get().decoder() : policy.decoder(), scoring);
        Batches<T> batches = Batches.of(examples, examplesPerRound);
        JsonNode before = examples.state();
        try {
            Rounds all = each -> {
                for (long round = 0; round < rounds && batches.hasNext(); round++) {
                    List<ExampleRow> rows = ExamplePreparation.trainable(arrangement.arrange(batches.next()));
                    if (!rows.isEmpty()) {
                        each.accept(rows);
                    }
                }
            };
            return Files.exists(file) ? takenUp(file, origin, all) : written(file, origin, scoring, all);
        } finally {
            examples.restore(before);
        }
    }

    private interface Rounds {
        void forEach(Consumer<List<ExampleRow>> each);
    }

    private PrecomputedReference written(Path file, LogProbOrigin origin, PolicyScoreOptions scoring, Rounds rounds) {
        TrainedModels models = new TrainedModels(policy, Optional.empty(), reference.map(other -> other), scoring);
        RowScorer scorer = new RowScorer(models, plan, engine);
        RowScorer.Questions questions = new RowScorer.Questions(reference.isEmpty(), reference.isPresent(), false);
        return PrecomputedReference.write(
                file,
                origin,
                taking -> rounds.forEach(rows -> {
                    List<ExampleRow> unknown = unknown(rows, taking);
                    if (!unknown.isEmpty()) {
                        TokenBatch batch = batch(unknown);
                        var scores = scorer.score(batch, questions);
                        float[][] logProbs =
                                reference.isPresent() ? scores.requireReferenceLogProbs() : scores.requireOldLogProbs();
                        for (int n = 0; n < unknown.size(); n++) {
                            taking.take(batch, n, logProbs[n]);
                        }
                    }
                }));
    }

    private static List<ExampleRow> unknown(List<ExampleRow> rows, LogProbRows taking) {
        TokenBatch batch = batch(rows);
        List<ExampleRow> unknown = new ArrayList<>();
        for (int n = 0; n < rows.size(); n++) {
            if (!taking.has(batch, n)) {
                unknown.add(rows.get(n));
            }
        }
        return unknown;
    }

    private static TokenBatch batch(List<ExampleRow> rows) {
        return TokenBatch.of(
                rows.stream().map(ExampleRow::ids).toList(),
                rows.stream().map(ExampleRow::trained).toList());
    }

    private static PrecomputedReference takenUp(Path file, LogProbOrigin origin, Rounds rounds) {
        PrecomputedReference found = PrecomputedReference.open(file, origin);
        try {
            long[] count = {0};
            rounds.forEach(rows -> {
                TokenBatch batch = batch(rows);
                for (int n = 0; n < rows.size(); n++, count[0]++) {
                    CheckpointException.check(
                            found.has(batch, n),
                            file,
                            "row " + count[0] + " of the examples",
                            "absent",
                            "must be there: it was computed for other examples, or for another arrangement of them",
                            "delete the file to compute it anew");
                }
            });
            return found;
        } catch (RuntimeException | Error e) {
            found.close();
            throw e;
        }
    }
}
