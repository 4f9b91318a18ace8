package org.rft4j.core.training;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.random.KeyedRandom;

/** Hand-made rows and a loss that uses everything that a step offers. */
final class TrainedTexts {
    static final RowWeights TOKEN_MEAN = counts -> weights(counts, (row, tokens) -> 1.0 / tokens);
    static final RowWeights SEQUENCE_MEAN =
            counts -> weights(counts, (row, tokens) -> 1.0 / (counts.length * (double) row));
    static final RowWeights CONSTANT = counts -> weights(counts, (row, tokens) -> 1.0 / 50);
    private static final int FIRST_ID = 3;
    private static final int IDS = 37;

    private TrainedTexts() {}

    private interface Weight {
        double of(int ofRow, int ofAll);
    }

    private static double[] weights(int[] counts, Weight weight) {
        int all = java.util.Arrays.stream(counts).sum();
        return java.util.Arrays.stream(counts)
                .mapToDouble(count -> weight.of(count, all))
                .toArray();
    }

    /** Rows of these lengths with a prompt of 2 tokens; every third token behind it is not trained. */
    static TrainingBatch batch(int... lengths) {
        KeyedRandom random = KeyedRandom.ofSeed(5).derive("rows");
        List<long[]> ids = new ArrayList<>();
        List<boolean[]> trained = new ArrayList<>();
        List<int[]> turns = new ArrayList<>();
        List<int[]> sizes = new ArrayList<>();
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>();
        List<TokenColumn> names = List.of(
                TokenColumn.ADVANTAGE, TokenColumn.OLD_LOG_PROB, TokenColumn.SAMPLER_LOG_PROB, TokenColumn.RETURN);
        names.forEach(name -> columns.put(name, new float[lengths.length][]));
        int[] units = new int[lengths.length];
        for (int n = 0; n < lengths.length; n++) {
            KeyedRandom row = random.derive(n);
            ids.add(ids(row, lengths[n]));
            boolean[] mask = new boolean[lengths[n]];
            for (int t = 2; t < mask.length; t++) {
                mask[t] = t % 3 != 1;
            }
            trained.add(mask);
            turns.add(new int[] {2});
            sizes.add(new int[lengths[n]]);
            units[n] = n;
            for (TokenColumn name : names) {
                boolean logProb = name.name().endsWith("log_prob");
                float[] values = new float[lengths[n]];
                for (int t = 0; t < values.length; t++) {
                    double uniform = row.derive(name.name()).uniform(t);
                    values[t] = (float) (logProb ? -3.9 + 0.4 * uniform : 2 * uniform - 1);
                }
                columns.get(name)[n] = values;
            }
        }
        return new TrainingBatch(ids, trained, turns, sizes, columns, units);
    }

    static long[] ids(KeyedRandom random, int length) {
        long[] ids = new long[length];
        for (int t = 0; t < length; t++) {
            ids[t] = FIRST_ID + (long) (random.derive("ids").uniform(t) * IDS);
        }
        return ids;
    }

    /** An episode of one turn behind a prompt; all of the turn is trained. */
    static Trajectory episode(String task, int sample, long[] prompt, long[] answer, EndReason end) {
        int length = prompt.length + answer.length;
        long[] ids = java.util.Arrays.copyOf(prompt, length);
        System.arraycopy(answer, 0, ids, prompt.length, answer.length);
        boolean[] trained = new boolean[length];
        float[] logProbs = new float[length];
        for (int t = prompt.length; t < length; t++) {
            trained[t] = true;
            logProbs[t] = -1;
        }
        return new Trajectory(
                new SampleKey(0, task, sample, 0),
                TaskRecord.of(task, "?"),
                new TokenTrace(ids, trained, logProbs, prompt.length),
                List.of(new Turn(prompt.length, answer.length, "a", StopReason.END_TOKEN, 0, 0)),
                List.of(),
                end,
                List.of(),
                Optional.empty());
    }

    static TrajectoryGroup group(List<Trajectory> episodes, Score... scores) {
        List<ScoredTrajectory> members = new ArrayList<>();
        for (int n = 0; n < scores.length; n++) {
            members.add(new ScoredTrajectory(episodes.get(n), scores[n]));
        }
        return new TrajectoryGroup(members);
    }

    /** A clipped ratio with, where asked for, an entropy bonus and a value loss. */
    static final class Everything implements Objective {
        private final RowWeights weights;
        private final boolean more;

        Everything(RowWeights weights, boolean more) {
            this.weights = weights;
            this.more = more;
        }

        @Override
        public String name() {
            return "everything";
        }

        @Override
        public Needs needs() {
            return Needs.ratio(Needs.OldLogProbs.BEFORE_ESTIMATE)
                    .withCritic(more)
                    .withEntropy(more);
        }

        @Override
        public RowWeights weights() {
            return weights;
        }

        @Override
        public LossResult loss(LossInput input) {
            NDArray ratio =
                    input.logProbs().sub(input.column(TokenColumn.OLD_LOG_PROB)).exp();
            NDArray advantages = input.column(TokenColumn.ADVANTAGE);
            NDArray perToken = ai.djl.ndarray.NDArrays.minimum(
                            ratio.mul(advantages), ratio.clip(0.8, 1.2).mul(advantages))
                    .neg();
            if (more) {
                NDArray error = input.requireValues().sub(input.column(TokenColumn.RETURN));
                perToken = perToken.sub(input.requireEntropies().mul(0.1)).add(error.square());
            }
            LossMetrics metrics = new LossMetrics();
            metrics.share("ratio", input.tokenMean(ratio));
            metrics.largest("ratio/max", ratio.mul(input.mask()).max());
            return new LossResult(input.weighted(perToken), metrics);
        }
    }
}
