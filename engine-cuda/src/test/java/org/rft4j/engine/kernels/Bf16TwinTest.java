package org.rft4j.engine.kernels;

import static org.rft4j.engine.testing.Close.RTOL_BF16;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.AfterEach;
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
            """);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void valuesAndGradientsAgree(int round) {
        KeyedRandom random = Numbers.random("bf16 twin", round);
        HeadFixture fixture = HeadFixture.random(random, false, 0, 2, 9, 32, 101);
        HeadFixture.Loaded loaded = fixture.load(manager, DataType.BFLOAT16);
        HeadFixture.Loaded twin = fixture.load(manager, DataType.BFLOAT16);
        long[] drawn = new long[fixture.positions()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = Numbers.between(random.derive("ids"), i, 0, 100);
        }
        NDArray ids = Tensors.ofLongs(manager, drawn, 2, 9);
        NDArray gradLogProbs = Tensors.of(manager, Numbers.normal(random.derive("g"), drawn.length, 1), 2, 9);
        NDArray gradEntropies = Tensors.of(manager, Numbers.normal(random.derive("e"), drawn.length, 1), 2, 9);

        TokenScores scores = TokenScores.of(
                loaded.head(),
                new HeadInput(loaded.hidden(), ids),
                ScoreOptions.plain().withEntropy(),
                manager);
        NDArray gradHidden = scores.backward(gradLogProbs, gradEntropies);
        twin.hidden().setRequiresGradient(true);
        NDList plain = PLAIN.call("loss")
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
}
