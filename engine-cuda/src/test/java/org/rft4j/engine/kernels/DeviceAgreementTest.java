package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.DeviceChoice;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.decoder.DecoderPass;
import org.rft4j.engine.decoder.FreshDecoder;
import org.rft4j.engine.decoder.Generator;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Tensors;

/**
 * A CUDA device gives what the processor gives: the whole path from tokens through body, head, sampler and optimiser.
 * {@code -Drft4j.device=cuda:0} runs every other test of this module there as well; {@code -Drft4j.agreement=cpu} compares the
 * processor with itself, which checks this test.
 */
@Tag("gpu")
class DeviceAgreementTest {
    /** Products are summed in another order, in TF32 or not at all alike. */
    private static final double RTOL_DEVICES = 1e-3;

    private static final int STEPS = 4;

    @Test
    void trainingAndSamplingAgreeWithTheProcessor() {
        DeviceChoice other = DeviceChoice.parse(System.getProperty("rft4j.agreement", "cuda:0"));
        assumeTrue(works(other), "skipped: there is no usable CUDA device");
        for (ActivationMemory memory :
                List.of(ActivationMemory.KEEP_ALL, ActivationMemory.KEEP_PRODUCTS, ActivationMemory.RECOMPUTE_LAYERS)) {
            Outcome expected = run(DeviceChoice.cpu(), memory);
            Outcome actual = run(other, memory);
            assertClose("log-probs", actual.logProbs, expected.logProbs, RTOL_DEVICES);
            assertClose("entropies", actual.entropies, expected.entropies, RTOL_DEVICES);
            assertClose("divergences", actual.divergences, expected.divergences, RTOL_DEVICES);
            assertClose("weights", actual.weights, expected.weights, RTOL_DEVICES);
            assertThat(actual.tokens).isEqualTo(expected.tokens);
        }
    }

    private record Outcome(
            double[] logProbs, double[] entropies, double[] divergences, double[] weights, long[] tokens) {}

    private static Outcome run(DeviceChoice device, ActivationMemory memory) {
        DecoderConfig sizes = DecoderConfig.builder()
                .vocabulary(97)
                .width(32)
                .heads(4)
                .keyValueHeads(2)
                .inner(64)
                .build();
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().on(device))) {
            Decoder decoder = FreshDecoder.create(sizes, KeyedRandom.ofSeed(5), engine.manager());
            try (AdamW optimizer = new AdamW(decoder.trained(), AdamWOptions.DEFAULT, engine.manager())) {
                Outcome outcome = step(engine, decoder, optimizer, memory);
                for (int i = 1; i < STEPS; i++) {
                    outcome = step(engine, decoder, optimizer, memory);
                }
                return outcome;
            }
        }
    }

    private static Outcome step(TensorEngine engine, Decoder decoder, AdamW optimizer, ActivationMemory memory) {
        LmHead head = decoder.head();
        NDArray embedding = head.weight();
        TokenIds ids = TokenIds.of(new long[][] {{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}});
        try (NativeScope scope = engine.openScope()) {
            NDManager manager = scope.manager();
            DecoderPass pass = decoder.forward(DecoderInput.rightPadded(ids), memory, manager);
            NDArray targets = ids.toArray(manager);
            TokenScores scores = TokenScores.of(
                    head,
                    new HeadInput(pass.hidden(), targets),
                    ScoreOptions.plain().withEntropy(),
                    manager);
            NDArray gradient = manager.ones(new Shape(2, 6)).mul(-0.1);
            NDArray gradHidden = scores.backward(gradient, gradient);
            DistributionKernel divergence = DistributionKernel.divergence(
                    Divergence.jensenShannon(0.5),
                    head,
                    pass.hidden(),
                    head,
                    pass.hidden().duplicate().flip(1),
                    null,
                    DistributionOptions.plain(),
                    manager);
            pass.backward(gradHidden.add(divergence.backward(gradient)));
            optimizer.step(1e-3);
            SamplingFilter filter = new SamplingFilter(0.7, 20, 0.9, 0.02, 1.2);
            double[][] uniforms = {
                KeyedRandom.ofSeed(1).uniforms(0, 5), KeyedRandom.ofSeed(2).uniforms(0, 5)
            };
            long[] tokens = Generator.generate(
                            decoder,
                            new Generator.Request(ids, new long[] {6, 4}, List.of(filter), uniforms, List.of()),
                            manager)
                    .tokens()
                    .toLongArray();
            return new Outcome(
                    Tensors.doubles(scores.logProbs()),
                    Tensors.doubles(scores.entropies()),
                    Tensors.doubles(divergence.values()),
                    Tensors.doubles(embedding),
                    tokens);
        }
    }

    private static boolean works(DeviceChoice device) {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().on(device))) {
            return engine.device() != null;
        } catch (EngineException e) {
            return false;
        }
    }
}
