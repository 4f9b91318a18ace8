package org.rft4j.core.trainer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Estimate;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.RowScores;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.random.KeyedRandom;

/** What a Trainer is given in these tests: a real model, a rollout that draws tokens at random, a policy gradient. */
final class Script {
    static final Dataset<TaskRecord> TASKS = Datasets.of(IntStream.range(0, 5)
            .mapToObj(i -> TaskRecord.of("task-" + i, "Once upon a time"))
            .toList());

    private static final int FIRST_ID = 3;
    private static final int IDS = 400;

    private Script() {}

    static LanguageModel model() {
        return LanguageModel.load(Path.of("src/test/resources/models/stories260K"), TestEngine.engine());
    }

    /** A reward of the text, which is made of the ids: the share of even ids. */
    static Score even(long[] ids) {
        return Score.of(Arrays.stream(ids).filter(id -> id % 2 == 0).count() / (double) ids.length);
    }

    /** Episodes that follow from their keys alone; their environment gives the reward. */
    static final class Drawn implements Rollout {
        final List<Long> versions = new ArrayList<>();
        private final LongSupplier version;
        private EndReason end = EndReason.DONE;
        private Runnable before = () -> {};
        private double temperature = 1;

        Drawn(LongSupplier version) {
            this.version = version;
        }

        Drawn ending(EndReason reason) {
            end = reason;
            return this;
        }

        Drawn after(Runnable work) {
            before = work;
            return this;
        }

        Drawn at(double degrees) {
            temperature = degrees;
            return this;
        }

        @Override
        public List<Trajectory> collect(List<RolloutRequest> requests) {
            before.run();
            versions.add(version.getAsLong());
            return requests.stream().map(this::episode).toList();
        }

        private Trajectory episode(RolloutRequest request) {
            KeyedRandom random = request.key().random(9);
            int answer = 3 + (int) (random.derive("length").uniform(0) * 6);
            int prompt = 4;
            long[] ids = new long[prompt + answer];
            boolean[] trained = new boolean[ids.length];
            float[] logProbs = new float[ids.length];
            for (int t = 0; t < ids.length; t++) {
                ids[t] = t == 0 ? 1 : FIRST_ID + (long) (random.uniform(t) * IDS);
                trained[t] = t >= prompt;
                logProbs[t] = trained[t] ? -6 : 0;
            }
            long[] written = Arrays.copyOfRange(ids, prompt, ids.length);
            double reward = even(written).value();
            boolean failed = end.failed();
            return new Trajectory(
                    request.key(),
                    request.task(),
                    new TokenTrace(ids, trained, logProbs, prompt),
                    List.of(new Turn(prompt, answer, "", StopReason.END_TOKEN, reward, version.getAsLong())),
                    List.of(),
                    end,
                    List.of(),
                    failed ? Optional.of("no connection") : Optional.empty());
        }

        @Override
        public SamplingOptions sampling() {
            return SamplingOptions.of(16, 9)
                    .withFilter(org.rft4j.engine.kernels.SamplingFilter.temperature(temperature));
        }

        @Override
        public void close() {}
    }

    /** Reward less the mean of the group, times a ratio against what the sampler said. */
    static final class Gradient implements Algorithm {
        private final Needs needs;
        private final float factor;
        private final boolean baseline;

        Gradient(Needs needs, float factor) {
            this(needs, factor, true);
        }

        private Gradient(Needs needs, float factor, boolean baseline) {
            this.needs = needs;
            this.factor = factor;
            this.baseline = baseline;
        }

        Gradient withoutBaseline() {
            return new Gradient(needs, factor, false);
        }

        static Gradient plain() {
            return new Gradient(Needs.ratio(Needs.OldLogProbs.ROUND_START), 1);
        }

        @Override
        public String name() {
            return "gradient";
        }

        @Override
        public Needs needs() {
            return needs;
        }

        @Override
        public RowWeights weights() {
            return counts -> {
                int all = Arrays.stream(counts).sum();
                return Arrays.stream(counts).mapToDouble(count -> 1.0 / all).toArray();
            };
        }

        @Override
        public Estimate estimate(List<TrainingRow> rows, RowScores scores) {
            boolean[][] trained = new boolean[rows.size()][];
            float[][] advantages = new float[rows.size()][];
            for (int n = 0; n < trained.length; n++) {
                TrainingRow row = rows.get(n);
                boolean[] possible = row.sequence().trained();
                trained[n] = row.usable() ? possible : new boolean[possible.length];
                advantages[n] = new float[possible.length];
                double mean = rows.stream()
                        .filter(other -> other.group() == row.group())
                        .mapToDouble(other -> other.score().value())
                        .average()
                        .orElse(0);
                Arrays.fill(advantages[n], factor * (float) (row.score().value() - (baseline ? mean : 0)));
            }
            Map<TokenColumn, float[][]> columns = new LinkedHashMap<>();
            columns.put(TokenColumn.ADVANTAGE, advantages);
            return new Estimate(columns, trained, Map.of());
        }

        @Override
        public LossResult loss(LossInput input) {
            var ratio =
                    input.logProbs().sub(input.column(TokenColumn.OLD_LOG_PROB)).exp();
            return new LossResult(
                    input.weighted(
                            ratio.mul(input.column(TokenColumn.ADVANTAGE)).neg()),
                    new LossMetrics());
        }
    }
}
