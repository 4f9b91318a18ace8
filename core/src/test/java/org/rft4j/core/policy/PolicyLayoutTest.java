package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenRules;
import org.rft4j.engine.optimizer.Parameter;

/**
 * Batches in any layout give the scores and gradients of their sequences one by one. Scores may differ by 1e-5 in nats,
 * whatever their size; gradients, which are sums over all tokens, by that share of the largest number in the same array.
 */
class PolicyLayoutTest {
    private static final double ATOL = 1e-5;
    private static final double RTOL_GRADIENT = 1e-5;
    private static final int[] LENGTHS = {9, 4, 13, 1, 6, 11};
    private static final List<SamplingFilter> PER_SEQUENCE = List.of(
            SamplingFilter.NONE,
            new SamplingFilter(0.7, 0, 1, 0, 1.3),
            new SamplingFilter(1.2, 12, 1, 0, 1),
            SamplingFilter.NONE,
            new SamplingFilter(1, 0, 0.9, 0, 1.1),
            new SamplingFilter(0.9, 0, 1, 0.02, 1).withPenalties(0.4, 0.3));
    private static final List<TokenRules> RULES = List.of(
            TokenRules.NONE,
            new TokenRules(Map.of(), 2, List.of(0L, 7L)),
            TokenRules.NONE,
            TokenRules.NONE,
            new TokenRules(Map.of(3L, 1.5, 6L, -2.0), 0, List.of()),
            new TokenRules(Map.of(1L, -1.0), 0, List.of()));

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Arguments> familiesAndLayouts() {
        return Stream.of(
                        "llama",
                        "gpt2",
                        "gemma2",
                        "gemma3_text",
                        "mistral",
                        "phi3",
                        "phi3_longrope",
                        "qwen2_window",
                        "qwen3",
                        "gpt_neox",
                        "olmo2",
                        "smollm3")
                .flatMap(family -> Stream.of(
                                BatchLayout.rightPadded(),
                                BatchLayout.leftPadded(),
                                BatchLayout.packed(13),
                                BatchLayout.packed(44))
                        .map(layout -> Arguments.of(family, layout)));
    }

    @ParameterizedTest
    @MethodSource("familiesAndLayouts")
    void agreesWithOneByOne(String family, BatchLayout layout) {
        try (Policy policy = Policy.of(new TinyCheckpoint(family, manager).load(), Trainable.everything())) {
            compare(policy, PolicyScoreOptions.DEFAULT.withLayout(layout).withEntropy());
        }
    }

    @ParameterizedTest
    @MethodSource("familiesAndLayouts")
    void agreesWithOneByOneUnderFiltersOfTheirOwn(String family, BatchLayout layout) {
        LoraConfig lora = LoraConfig.of(4, 8, LoraTargets.allLinear());
        try (Policy policy = Policy.of(new TinyCheckpoint(family, manager).load(), Trainable.lora(lora))) {
            compare(
                    policy,
                    PolicyScoreOptions.DEFAULT
                            .withLayout(layout)
                            .withEntropy()
                            .withFilters(PER_SEQUENCE)
                            .withRules(RULES));
        }
    }

    @Test
    void wantsOneFilterOrOnePerSequence() {
        try (Policy policy = Policy.of(new TinyCheckpoint("llama", manager).load(), Trainable.everything())) {
            PolicyScoreOptions options = PolicyScoreOptions.DEFAULT.withFilters(PER_SEQUENCE.subList(0, 2));
            assertThatThrownBy(() -> policy.score(Texts.ofLengths(LENGTHS), options, manager))
                    .hasMessageContaining("number of filters was 2, must be 1 or the number of sequences 6");
        }
    }

    private void compare(Policy policy, PolicyScoreOptions options) {
        TokenBatch batch = Texts.ofLengths(LENGTHS);
        float[] gradLogProbs = Texts.gradient(batch, "log-probs");
        float[] gradEntropies = Texts.gradient(batch, "entropies");

        PolicyScores together = policy.score(batch, options, manager);
        together.backward(manager.create(gradLogProbs, batch.shape()), manager.create(gradEntropies, batch.shape()));
        Map<String, NDArray> gradients = takeGradients(policy);

        for (int n = 0; n < LENGTHS.length; n++) {
            TokenBatch one = batch.select(List.of(n));
            PolicyScores alone = policy.score(
                    one, options.withLayout(BatchLayout.rightPadded()).select(List.of(n)), manager);
            NDIndex row = new NDIndex(n + ":" + (n + 1) + ",0:" + LENGTHS[n]);
            assertWithin("log-probs of " + n, together.logProbs().get(row), alone.logProbs());
            assertWithin("entropies of " + n, together.entropies().get(row), alone.entropies());
            alone.backward(
                    manager.create(gradLogProbs, batch.shape()).get(row),
                    manager.create(gradEntropies, batch.shape()).get(row));
        }
        takeGradients(policy).forEach((name, sum) -> assertClose(name, gradients.get(name), sum, RTOL_GRADIENT));
    }

    private static void assertWithin(String what, NDArray actual, NDArray expected) {
        assertThat(doubles(actual)).as(what).containsExactly(doubles(expected), within(ATOL));
    }

    /** Copies, and zeros left behind. */
    private static Map<String, NDArray> takeGradients(Policy policy) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        for (Parameter parameter : policy.parameters()) {
            NDArray gradient = parameter.weight().getGradient();
            gradients.put(parameter.name(), gradient.duplicate());
            gradient.subi(gradient.duplicate());
        }
        return gradients;
    }
}
