package org.rft4j.engine.kernels;

import static org.rft4j.engine.testing.Close.RTOL_BF16;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.TensorProgram;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** In bf16 the kernel agrees with what everybody writes: bf16 logits, fp32 softmax, gradients by autograd. */
class Bf16TwinTest {
    private static final TensorProgram PLAIN = TensorProgram.compile("plain_bf16", """
            def loss(hidden: Tensor, weight: Tensor, ids: Tensor, g: Tensor, e: Tensor) -> List[Tensor]:
                log_p = torch.log_softmax(torch.matmul(hidden, weight.t()).float(), -1)
                log_prob = log_p.gather(-1, ids.unsqueeze(-1)).squeeze(-1)
                entropy = -(log_p.exp() * log_p).sum(-1)
                return [log_prob, entropy, (log_prob * g + entropy * e).sum()]

            def top_k(hidden: Tensor, weight: Tensor, ids: Tensor, g: Tensor, e: Tensor) -> List[Tensor]:
                z = torch.matmul(hidden, weight.t()).float() / 0.7
                floor = torch.minimum(z.topk(20, -1)[0][:, :, -1:], z.gather(-1, ids.unsqueeze(-1)))
                log_p = torch.log_softmax(z.masked_fill(z < floor, -1e9), -1)
                log_prob = log_p.gather(-1, ids.unsqueeze(-1)).squeeze(-1)
                entropy = -(log_p.exp() * log_p).sum(-1)
                return [log_prob, entropy, (log_prob * g + entropy * e).sum()]

            def divergence(hidden: Tensor, weight: Tensor, teacher: Tensor, alpha: float, g: Tensor) -> List[Tensor]:
                p = torch.log_softmax(torch.matmul(hidden, weight.t()).float(), -1)
                q = torch.log_softmax(torch.matmul(teacher, weight.detach().t()).float(), -1)
                m = torch.log((1.0 - alpha) * p.exp() + alpha * q.exp())
                value = ((1.0 - alpha) * p.exp() * (p - m) + alpha * q.exp() * (q - m)).sum(-1)
                return [value, (value * g).sum()]

            def values(hidden: Tensor, weight: Tensor, g: Tensor) -> List[Tensor]:
                value = torch.matmul(hidden, weight).float()
                return [value, (value * g).sum()]
            """);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void scoresAgree(int round) {
        agrees("loss", SamplingFilter.NONE, round);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void scoresOnASupportAgree(int round) {
        agrees("top_k", new SamplingFilter(0.7, 20, 1, 0, 1), round);
    }

    private void agrees(String plainFunction, SamplingFilter filter, int round) {
        KeyedRandom random = Numbers.random("bf16 twin", round);
        HeadFixture fixture = HeadFixture.random(random, false, 0, 2, 9, 32, 101);
        HeadFixture.Loaded loaded = fixture.load(manager, DataType.BFLOAT16);
        HeadFixture.Loaded twin = fixture.load(manager, DataType.BFLOAT16);
        long[] drawn = new long[fixture.positions()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = Numbers.between(random.derive("ids"), i, 0, 100);
        }
        NDArray ids = Tensors.ofLongs(manager, drawn, 2, 9);
        NDArray gradLogProbs = numbers(random.derive("g"));
        NDArray gradEntropies = numbers(random.derive("e"));

        TokenScores scores = TokenScores.of(
                loaded.head(),
                new HeadInput(loaded.hidden(), ids),
                ScoreOptions.of(filter).withEntropy(),
                manager);
        NDArray gradHidden = scores.backward(gradLogProbs, gradEntropies);
        twin.hidden().setRequiresGradient(true);
        NDList plain = PLAIN.call(plainFunction)
                .with("hidden", twin.hidden())
                .with("weight", twin.head().weight())
                .with("ids", ids)
                .with("g", gradLogProbs)
                .with("e", gradEntropies)
                .recordGradients()
                .run(manager);
        Autograd.backward(plain.get(2));

        assertClose("log_prob", scores.logProbs(), Tensors.doubles(plain.get(0)), RTOL_BF16);
        assertClose("entropy", scores.entropies(), Tensors.doubles(plain.get(1)), RTOL_BF16);
        assertClose("grad_hidden", gradHidden, Tensors.doubles(twin.hidden().getGradient()), RTOL_BF16);
        assertClose("grad_weight", loaded.gradWeight(), twin.gradWeight(), RTOL_BF16);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9})
    void divergencesAgree(double alpha) {
        KeyedRandom random = Numbers.random("bf16 divergence", 0);
        HeadFixture fixture = HeadFixture.random(random, false, 0, 2, 9, 32, 101);
        HeadFixture.Loaded loaded = fixture.load(manager, DataType.BFLOAT16);
        HeadFixture.Loaded twin = fixture.load(manager, DataType.BFLOAT16);
        NDArray teacher = fixture.withHidden(Numbers.normal(random.derive("teacher"), 2 * 9 * 32, 1))
                .load(manager, DataType.BFLOAT16)
                .hidden();
        NDArray gradient = numbers(random.derive("g"));
        DistributionKernel kernel = DistributionKernel.divergence(
                Divergence.jensenShannon(alpha),
                loaded.head(),
                loaded.hidden(),
                loaded.head(),
                teacher,
                null,
                DistributionOptions.plain(),
                manager);
        NDArray gradHidden = kernel.backward(gradient);
        twin.hidden().setRequiresGradient(true);
        NDList plain = PLAIN.call("divergence")
                .with("hidden", twin.hidden())
                .with("weight", twin.head().weight())
                .with("teacher", teacher)
                .with("alpha", alpha)
                .with("g", gradient)
                .recordGradients()
                .run(manager);
        Autograd.backward(plain.get(1));

        assertClose("value", kernel.values(), Tensors.doubles(plain.get(0)), RTOL_BF16);
        assertClose("grad_hidden", gradHidden, Tensors.doubles(twin.hidden().getGradient()), RTOL_BF16);
        assertClose("grad_weight", loaded.gradWeight(), twin.gradWeight(), RTOL_BF16);
    }

    @Test
    void scalarHeadsAgree() {
        KeyedRandom random = Numbers.random("bf16 values", 0);
        NDArray hidden = Tensors.of(manager, DataType.BFLOAT16, Numbers.normal(random, 2 * 9 * 32, 1), 2, 9, 32);
        double[] numbers = Numbers.normal(random.derive("w"), 32, 1);
        NDArray weight = Tensors.of(manager, DataType.BFLOAT16, numbers, 32);
        NDArray twin = Tensors.of(manager, DataType.BFLOAT16, numbers, 32);
        weight.setRequiresGradient(true);
        twin.setRequiresGradient(true);
        NDArray gradient = numbers(random.derive("g"));
        ScalarHead head = new ScalarHead(weight, Tensors.of(manager, DataType.BFLOAT16, new double[1], 1));
        NDList plain = PLAIN.call("values")
                .with("hidden", hidden)
                .with("weight", twin)
                .with("g", gradient)
                .recordGradients()
                .run(manager);
        Autograd.backward(plain.get(1));
        head.backward(hidden, gradient, manager);
        assertClose("values", head.values(hidden, manager), Tensors.doubles(plain.get(0)), RTOL_BF16);
        assertClose("grad_weight", weight.getGradient(), Tensors.doubles(twin.getGradient()), RTOL_BF16);
    }

    private NDArray numbers(KeyedRandom random) {
        return Tensors.of(manager, Numbers.normal(random, 18, 1), 2, 9);
    }
}
