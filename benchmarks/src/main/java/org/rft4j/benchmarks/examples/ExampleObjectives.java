package org.rft4j.benchmarks.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.Arrays;
import java.util.function.Function;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;

/** What is minimised: the one place that knows which losses are compared. */
final class ExampleObjectives {
    private ExampleObjectives() {}

    static Objective of(ExampleSettings settings) {
        return switch (settings.kind()) {
            case SFT -> new Plain("sft", Needs.NOTHING_MORE, ExampleObjectives::likelihood);
            case DPO ->
                new Plain(
                        "dpo",
                        Needs.NOTHING_MORE.withReference(!settings.precomputed()),
                        ExampleObjectives::preference);
        };
    }

    /** The mean over all trained tokens of the step. */
    private static NDArray likelihood(LossInput input) {
        return input.weighted(input.logProbs().neg());
    }

    private static NDArray preference(LossInput input) {
        NDArray ratios = input.sequenceSums(input.logProbs().sub(input.column(TokenColumn.REFERENCE_LOG_PROB)));
        NDArray pairs = ratios.reshape(-1, 2);
        NDArray margins = pairs.get(":,0").sub(pairs.get(":,1"));
        return input.unitMean(Activation.softPlus(margins.mul(-ExampleSettings.BETA)));
    }

    private record Plain(String name, Needs needs, Function<LossInput, NDArray> share) implements Objective {
        @Override
        public RowWeights weights() {
            return counts -> {
                double[] weights = new double[counts.length];
                Arrays.fill(weights, 1.0 / Arrays.stream(counts).sum());
                return weights;
            };
        }

        @Override
        public LossResult loss(LossInput input) {
            return LossResult.of(share.apply(input));
        }
    }
}
