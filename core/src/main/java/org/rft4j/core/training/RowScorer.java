package org.rft4j.core.training;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rft4j.core.policy.ActorCriticScores;
import org.rft4j.core.policy.MicroBatches;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.PolicyScores;
import org.rft4j.core.policy.ReferenceScores;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.PassingThread;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;

/** Asks models about rows, without a way back, in micro-batches of the plan's size. */
public final class RowScorer {
    private final TrainedModels models;

    private final TensorEngine engine;

    private final UpdatePlan plan;

    /**
     * A scorer.
     *
     * @param models who is asked
     * @param plan sizes of micro-batches
     * @param engine gives scopes
     */
    public RowScorer(TrainedModels models, UpdatePlan plan, TensorEngine engine) {
        this.models = models;
        this.engine = engine;
        this.plan = plan;
    }

    /**
     * What is asked.
     *
     * @param logProbs of the policy
     * @param reference log-probs of the reference
     * @param values of the critic
     */
    public record Questions(boolean logProbs, boolean reference, boolean values) {
        boolean none() {
            return !logProbs && !reference && !values;
        }
    }

    /**
     * Asks.
     *
     * @param rows texts and which of their tokens are trained; those without any are passed over
     * @param questions what is asked
     * @return for each row a number per token
     */
    public RowScores score(TokenBatch rows, Questions questions) {
        if (questions.none()) {
            return RowScores.NONE;
        }
        List<Integer> asked = IntStream.range(0, rows.sequences())
                .filter(n -> hasScored(rows, n))
                .boxed()
                .toList();
        Answers answers = new Answers(rows, questions);
        if (!asked.isEmpty()) {
            int[] lengths = asked.stream().mapToInt(rows::length).toArray();
            PassingThread.call(() -> {
                for (List<Integer> part :
                        MicroBatches.plan(lengths, plan.tokenBudget(), plan.maxRows(), MicroBatches.TooLong.ALONE)) {
                    List<Integer> numbers = part.stream().map(asked::get).toList();
                    ask(rows.select(numbers), numbers, questions, answers);
                }
                return true;
            });
        }
        return answers.result(questions);
    }

    private void ask(TokenBatch part, List<Integer> numbers, Questions questions, Answers answers) {
        PolicyScoreOptions options =
                models.scoring().withLayout(plan.layout()).withMemory(ActivationMemory.KEEP_NOTHING);
        try (NativeScope scope = engine.openScope()) {
            if (questions.values()) {
                ActorCriticScores scores = models.actorCritic().orElseThrow().score(part, options, scope.manager());
                answers.values.take(numbers, scores.values());
                if (questions.logProbs()) {
                    answers.logProbs.take(numbers, scores.logProbs());
                }
            } else if (questions.logProbs()) {
                PolicyScores scores = models.policy().score(part, options, scope.manager());
                answers.logProbs.take(numbers, scores.logProbs());
            }
        }
        if (questions.reference()) {
            try (NativeScope scope = engine.openScope()) {
                ReferenceScores scores = models.reference().orElseThrow().score(part, options, scope.manager());
                answers.reference.take(numbers, scores.logProbs());
            }
        }
    }

    private static boolean hasScored(TokenBatch rows, int n) {
        for (int t = 0; t < rows.length(n); t++) {
            if (rows.isScored(n, t)) {
                return true;
            }
        }
        return false;
    }

    /** Numbers per token as they come in. */
    private static final class Grid {
        private final float[][] values;

        Grid(TokenBatch rows) {
            List<float[]> all = new ArrayList<>();
            for (int n = 0; n < rows.sequences(); n++) {
                all.add(new float[rows.length(n)]);
            }
            values = all.toArray(new float[0][]);
        }

        void take(List<Integer> numbers, NDArray scores) {
            int columns = Math.toIntExact(scores.getShape().get(1));
            float[] flat = scores.toFloatArray();
            for (int b = 0; b < numbers.size(); b++) {
                float[] row = values[numbers.get(b)];
                System.arraycopy(flat, b * columns, row, 0, row.length);
            }
        }
    }

    private static final class Answers {
        private final Grid logProbs;

        private final Grid reference;

        private final Grid values;

        Answers(TokenBatch rows, Questions questions) {
            logProbs = new Grid(rows);
            reference = questions.reference() ? new Grid(rows) : logProbs;
            values = questions.values() ? new Grid(rows) : logProbs;
        }

        RowScores result(Questions questions) {
            return new RowScores(
                    questions.logProbs() ? Optional.of(logProbs.values) : Optional.empty(),
                    questions.reference() ? Optional.of(reference.values) : Optional.empty(),
                    questions.values() ? Optional.of(values.values) : Optional.empty());
        }
    }
}
