package org.rft4j.engine.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.Check;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.TensorProgram;
import org.rft4j.engine.state.TensorState;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, 2019). bf16 weights have fp32 masters; moments are fp32. A step
 * reads the gradients that have added up on the weights and sets them to zero. Where any gradient is not finite the step
 * changes nothing but the gradients, and says so.
 */
public final class AdamW implements AutoCloseable {
    /** Keeps the clipped norm finite where the norm is 0; the value that PyTorch's clip_grad_norm_ uses. */
    private static final double CLIP_EPSILON = 1e-6;

    private static final long SLICE = 1 << 26;

    private final AdamWOptions options;
    private final NDManager manager;
    private final Group decaying;
    private final Group plain;
    private long skippedSteps;

    /**
     * What a step did.
     *
     * @param gradNorm the global gradient norm before clipping
     * @param applied false if a gradient was not finite and the weights were left as they are
     */
    public record StepReport(double gradNorm, boolean applied) {}

    /** Parameters that share the weight decay, with their state in the same order. */
    private record Group(
            List<String> names,
            List<NDArray> weights,
            List<NDArray> masters,
            List<NDArray> firstMoments,
            List<NDArray> secondMoments,
            List<NDArray> steps) {
        Group portion(int from, int to) {
            return new Group(
                    names.subList(from, to),
                    weights.subList(from, to),
                    masters.subList(from, to),
                    firstMoments.subList(from, to),
                    secondMoments.subList(from, to),
                    steps.subList(from, to));
        }
    }

    /**
     * Creates the optimiser and its state.
     *
     * @param parameters what is trained, each name once
     * @param options the settings
     * @param owner its device and lifetime hold for the state
     */
    public AdamW(List<Parameter> parameters, AdamWOptions options, NDManager owner) {
        Check.that(!parameters.isEmpty(), "parameters", "empty", "must hold at least one", "pass the weights to train");
        requireDistinct(parameters);
        this.options = options;
        this.manager = owner.newSubManager();
        this.decaying = newGroup(parameters.stream().filter(Parameter::decays).toList());
        this.plain = newGroup(parameters.stream().filter(p -> !p.decays()).toList());
    }

    /**
     * Clips, updates, and sets the gradients to zero.
     *
     * @param learningRate the rate of this step
     * @return the gradient norm, and whether the update was applied
     */
    public StepReport step(double learningRate) {
        Check.that(
                learningRate >= 0 && Double.isFinite(learningRate),
                "learningRate",
                learningRate,
                "must be finite and at least 0",
                "check the schedule");
        double norm = gradientNorm();
        boolean finite = Double.isFinite(norm);
        if (finite) {
            double divisor = 1;
            if (options.maxGradNorm() > 0) {
                divisor = Math.max(1, (norm + CLIP_EPSILON) / options.maxGradNorm());
            }
            update(decaying, learningRate, options.weightDecay(), divisor);
            update(plain, learningRate, 0, divisor);
        } else {
            skippedSteps++;
        }
        zeroGradients();
        return new StepReport(norm, finite);
    }

    /**
     * Steps that were not applied because a gradient was not finite.
     *
     * @return their number since the optimiser was made; not part of the saved state
     */
    public long skippedSteps() {
        return skippedSteps;
    }

    /** Sets all gradients to zero, to drop an accumulation. */
    public void zeroGradients() {
        run("zero_gradients", allWeights()).close();
    }

    /**
     * The global norm of the gradients as they stand.
     *
     * @return the Euclidean norm; NaN or infinite if a gradient is
     */
    public double gradientNorm() {
        try (NDArray norm = run("gradient_norm", allWeights())) {
            return norm.getDouble();
        }
    }

    /**
     * Writes moments, masters and step counts; {@link #restoreState} reads them back bit for bit.
     *
     * @param out where to write; stays open
     * @throws IOException if writing fails
     */
    public void saveState(OutputStream out) throws IOException {
        TensorState.write(out, state());
    }

    /**
     * Reads what {@link #saveState} wrote, for the same parameters. After a failure the state is part old and part new:
     * restore another checkpoint, or make a new optimiser.
     *
     * @param in where to read; stays open
     * @throws IOException if reading fails or the data is damaged
     */
    public void restoreState(InputStream in) throws IOException {
        TensorState.read(in, state(), "optimiser");
    }

    @Override
    public void close() {
        manager.close();
    }

    private Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (Group group : List.of(decaying, plain)) {
            for (int i = 0; i < group.names.size(); i++) {
                String name = group.names.get(i);
                if (group.masters.get(i) != group.weights.get(i)) {
                    state.put(name + "/master", group.masters.get(i));
                }
                state.put(name + "/first_moment", group.firstMoments.get(i));
                state.put(name + "/second_moment", group.secondMoments.get(i));
                state.put(name + "/step", group.steps.get(i));
            }
        }
        return state;
    }

    private static void requireDistinct(List<Parameter> parameters) {
        Set<String> names = new HashSet<>();
        Set<NDArray> weights = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Parameter p : parameters) {
            Check.that(names.add(p.name()), "parameter name", p.name(), "must be unique", "rename one of the two");
            Check.that(
                    weights.add(p.weight()),
                    "weight of parameter " + p.name(),
                    "that of another parameter too",
                    "must be there once",
                    "pass tied weights under one name");
            Shapes.requireSameDevice(
                    p.weight(), "parameter " + p.name(), parameters.get(0).weight());
        }
    }

    private Group newGroup(List<Parameter> parameters) {
        Group group = new Group(
                parameters.stream().map(Parameter::name).toList(),
                parameters.stream().map(Parameter::weight).toList(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        for (NDArray weight : group.weights) {
            Autograd.defineGradient(weight);
            group.masters.add(weight.getDataType() == DataType.FLOAT32 ? weight : master(weight));
            group.firstMoments.add(zeros(weight));
            group.secondMoments.add(zeros(weight));
            group.steps.add(
                    NativeScope.leaveToManager(manager.zeros(new Shape(), DataType.FLOAT32, weight.getDevice())));
        }
        return group;
    }

    private NDArray master(NDArray weight) {
        try (NDArray constant = weight.stopGradient()) {
            NDArray copy = constant.toType(DataType.FLOAT32, true);
            copy.attach(manager);
            return NativeScope.leaveToManager(copy);
        }
    }

    private NDArray zeros(NDArray weight) {
        return NativeScope.leaveToManager(manager.zeros(weight.getShape(), DataType.FLOAT32, weight.getDevice()));
    }

    /** In slices: bf16 gradients are widened for the update, a slice's worth at a time. */
    private void update(Group group, double learningRate, double weightDecay, double divisor) {
        int start = 0;
        long elements = 0;
        for (int i = 0; i < group.weights.size(); i++) {
            elements += group.weights.get(i).size();
            if (elements >= SLICE || i == group.weights.size() - 1) {
                updateTogether(group.portion(start, i + 1), learningRate, weightDecay, divisor);
                start = i + 1;
                elements = 0;
            }
        }
    }

    private void updateTogether(Group group, double learningRate, double weightDecay, double divisor) {
        TensorProgram.named("adamw")
                .call("step")
                .with("weights", group.weights)
                .with("masters", group.masters)
                .with("first_moments", group.firstMoments)
                .with("second_moments", group.secondMoments)
                .with("steps", group.steps)
                .with("lr", learningRate)
                .with("beta1", options.beta1())
                .with("beta2", options.beta2())
                .with("weight_decay", weightDecay)
                .with("eps", options.eps())
                .with("gradient_divisor", divisor)
                .run(manager)
                .close();
    }

    private NDArray run(String function, List<NDArray> weights) {
        return TensorProgram.named("adamw")
                .call(function)
                .with("weights", weights)
                .run(manager)
                .singletonOrThrow();
    }

    private List<NDArray> allWeights() {
        List<NDArray> all = new ArrayList<>(decaying.weights);
        all.addAll(plain.weights);
        return all;
    }
}
