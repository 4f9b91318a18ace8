package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;

/** Hidden states and a head: numbers for the plain twins, arrays for the kernels. */
record HeadFixture(
        int batch,
        int length,
        int width,
        int vocabulary,
        double[] hidden,
        double[] weight,
        double @Nullable [] bias,
        double softcap) {

    /** The same as native arrays; weight and bias require gradients. */
    record Loaded(NDArray hidden, LmHead head) {
        double[] gradWeight() {
            return Tensors.doubles(head.weight().getGradient());
        }

        double[] gradBias() {
            NDArray bias = head.bias();
            return bias == null ? new double[0] : Tensors.doubles(bias.getGradient());
        }
    }

    /** Derivatives of a scalar by everything that has a gradient. */
    record Gradients(double[] hidden, double[] weight, double[] bias) {}

    /** Sizes and numbers drawn at random; the logits have a standard deviation near 2. */
    static HeadFixture random(KeyedRandom random, boolean withBias, double softcap) {
        KeyedRandom sizes = random.derive("sizes");
        int batch = Numbers.between(sizes, 0, 1, 3);
        int length = Numbers.between(sizes, 1, 1, 5);
        int width = Numbers.between(sizes, 2, 2, 7);
        int vocabulary = Numbers.between(sizes, 3, 5, 30);
        return random(random, withBias, softcap, batch, length, width, vocabulary);
    }

    /** Numbers drawn at random for the given sizes: batch, length, width, vocabulary. */
    static HeadFixture random(KeyedRandom random, boolean withBias, double softcap, int... sizes) {
        double[] hidden = Numbers.normal(random.derive("hidden"), sizes[0] * sizes[1] * sizes[2], 1);
        double[] weight = Numbers.normal(random.derive("weight"), sizes[3] * sizes[2], 2 / Math.sqrt(sizes[2]));
        double[] bias = withBias ? Numbers.normal(random.derive("bias"), sizes[3], 0.5) : null;
        return new HeadFixture(sizes[0], sizes[1], sizes[2], sizes[3], hidden, weight, bias, softcap);
    }

    static HeadFixture of(GoldenFile.Case golden) {
        long[] hidden = golden.shape("hidden").getShape();
        return new HeadFixture(
                Math.toIntExact(hidden[0]),
                Math.toIntExact(hidden[1]),
                Math.toIntExact(hidden[2]),
                Math.toIntExact(golden.shape("weight").get(0)),
                golden.doubles("hidden"),
                golden.doubles("weight"),
                golden.has("bias") ? golden.doubles("bias") : null,
                golden.number("softcap", 0));
    }

    int positions() {
        return batch * length;
    }

    HeadFixture withHidden(double[] other) {
        return new HeadFixture(batch, length, width, vocabulary, other, weight, bias, softcap);
    }

    HeadFixture withWeight(double[] other) {
        return new HeadFixture(batch, length, width, vocabulary, hidden, other, bias, softcap);
    }

    HeadFixture withBias(double @Nullable [] other) {
        return new HeadFixture(batch, length, width, vocabulary, hidden, weight, other, softcap);
    }

    HeadFixture roundedToBf16() {
        return withHidden(Tensors.toBf16(hidden))
                .withWeight(Tensors.toBf16(weight))
                .withBias(bias == null ? null : Tensors.toBf16(bias));
    }

    /** Logits of one position, after bias and soft cap. */
    double[] logits(int position) {
        double[] z = new double[vocabulary];
        for (int v = 0; v < vocabulary; v++) {
            for (int i = 0; i < width; i++) {
                z[v] += hidden[position * width + i] * weight[v * width + i];
            }
            if (bias != null) {
                z[v] += bias[v];
            }
            if (softcap > 0) {
                z[v] = softcap * Math.tanh(z[v] / softcap);
            }
        }
        return z;
    }

    Loaded load(NDManager manager) {
        return load(manager, DataType.FLOAT32);
    }

    Loaded load(NDManager manager, DataType type) {
        NDArray states = Tensors.of(manager, type, hidden, batch, length, width);
        NDArray matrix = Tensors.of(manager, type, weight, vocabulary, width);
        matrix.setRequiresGradient(true);
        NDArray offsets = bias == null ? null : Tensors.of(manager, type, bias, vocabulary);
        if (offsets != null) {
            offsets.setRequiresGradient(true);
        }
        return new Loaded(states, new LmHead(matrix, offsets, softcap));
    }

    /** The gradients of a plain loss, by central differences: no derivation that could be wrong. */
    Gradients gradients(ToDoubleFunction<HeadFixture> loss) {
        return new Gradients(
                Numbers.gradient(x -> loss.applyAsDouble(withHidden(x)), hidden),
                Numbers.gradient(x -> loss.applyAsDouble(withWeight(x)), weight),
                bias == null ? new double[0] : Numbers.gradient(x -> loss.applyAsDouble(withBias(x)), bias));
    }
}
