package org.rft4j.examples.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Supplier;
import org.rft4j.engine.kernels.DistributionKernel;
import org.rft4j.engine.kernels.DistributionOptions;
import org.rft4j.engine.kernels.Divergence;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.ScalarHead;
import org.rft4j.engine.random.KeyedRandom;

/** Whole-distribution kernels and the scalar head beside full logits. */
public final class DistributionChecks {
    private DistributionChecks() {}

    /**
     * Runs the checks.
     *
     * @param table where the results go
     * @param manager owner of all arrays
     */
    public static void run(CheckTable table, NDManager manager) {
        KeyedRandom random = KeyedRandom.ofSeed(8);
        NDArray hidden = HeadChecks.normal(random.derive("student"), manager, 1, HeadChecks.TOKENS, HeadChecks.WIDTH);
        NDArray teacher = HeadChecks.normal(random.derive("teacher"), manager, 1, HeadChecks.TOKENS, HeadChecks.WIDTH);
        NDArray weight = HeadChecks.normal(random.derive("weight"), manager, HeadChecks.VOCABULARY, HeadChecks.WIDTH)
                .mul(0.2);
        LmHead head = new LmHead(weight);
        Supplier<NDArray> logP = () -> hidden.matMul(weight.transpose()).logSoftmax(-1);
        Supplier<NDArray> logQ = () -> teacher.matMul(weight.transpose()).logSoftmax(-1);
        int[] vocabulary = {2};

        divergence(
                table,
                "KL(student || teacher)",
                Divergence.reverseKl(),
                head,
                hidden,
                teacher,
                manager,
                () -> kl(logP.get(), logQ.get()));
        divergence(
                table,
                "KL(teacher || student)",
                Divergence.forwardKl(),
                head,
                hidden,
                teacher,
                manager,
                () -> kl(logQ.get(), logP.get()));
        table.compare(
                "sum of squared probabilities",
                () -> DistributionKernel.sumOfSquares(head, hidden, null, DistributionOptions.plain(), manager)
                        .values(),
                () -> logP.get().exp().square().sum(vocabulary));
        NDArray vector = HeadChecks.normal(random.derive("vector"), manager, HeadChecks.WIDTH);
        table.compare(
                "value per token",
                () -> new ScalarHead(vector, manager.create(new float[] {0.5f})).values(hidden, manager),
                () -> hidden.mul(vector).sum(vocabulary).add(0.5));
    }

    private static NDArray kl(NDArray logP, NDArray logQ) {
        return logP.exp().mul(logP.sub(logQ)).sum(new int[] {2});
    }

    private static void divergence(
            CheckTable table,
            String name,
            Divergence divergence,
            LmHead head,
            NDArray hidden,
            NDArray teacher,
            NDManager manager,
            Supplier<NDArray> plain) {
        table.compare(
                name,
                () -> DistributionKernel.divergence(
                                divergence, head, hidden, head, teacher, null, DistributionOptions.plain(), manager)
                        .values(),
                plain);
    }
}
