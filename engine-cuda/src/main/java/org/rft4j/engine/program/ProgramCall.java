package org.rft4j.engine.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** One call of a program function: named arguments, checked against the declaration before native code runs. */
public final class ProgramCall {
    private final TensorProgram program;
    private final ProgramFunction function;
    private final Map<String, Object> arguments = new LinkedHashMap<>();
    private boolean recordGradients;

    ProgramCall(TensorProgram program, ProgramFunction function) {
        this.program = program;
        this.function = function;
    }

    /**
     * Passes a tensor.
     *
     * @param name the parameter's name
     * @param value the tensor; null is allowed for an {@code Optional[Tensor]} only
     * @return this
     */
    public ProgramCall with(String name, @Nullable NDArray value) {
        ProgramFunction.Kind kind = kindOf(name);
        if (kind == ProgramFunction.Kind.OPTIONAL_TENSOR) {
            return put(name, value == null ? List.of() : List.of(value));
        }
        Check.that(
                kind == ProgramFunction.Kind.TENSOR && value != null,
                "argument " + name,
                value == null ? "null" : "a tensor",
                "must be a " + kind.annotation(),
                "pass that type");
        return put(name, java.util.Objects.requireNonNull(value));
    }

    /**
     * Passes a list of tensors.
     *
     * @param name the parameter's name
     * @param values the tensors
     * @return this
     */
    public ProgramCall with(String name, List<NDArray> values) {
        require(name, ProgramFunction.Kind.TENSOR_LIST, "a list of tensors");
        return put(name, List.copyOf(values));
    }

    /**
     * Passes named tensors.
     *
     * @param name the parameter's name
     * @param values the tensors by name, at least one
     * @return this
     */
    public ProgramCall with(String name, Map<String, NDArray> values) {
        require(name, ProgramFunction.Kind.TENSOR_MAP, "a map of tensors");
        return put(name, Map.copyOf(values));
    }

    /**
     * Passes a list of named tensors.
     *
     * @param name the parameter's name
     * @param values one map of at least one tensor per element
     * @return this
     */
    public ProgramCall withMaps(String name, List<Map<String, NDArray>> values) {
        require(name, ProgramFunction.Kind.TENSOR_MAP_LIST, "a list of maps of tensors");
        return put(name, new TensorMaps(values));
    }

    /**
     * Passes an integer.
     *
     * @param name the parameter's name
     * @param value the integer
     * @return this
     */
    public ProgramCall with(String name, long value) {
        require(name, ProgramFunction.Kind.INT, "an integer");
        return put(name, value);
    }

    /**
     * Passes a number.
     *
     * @param name the parameter's name
     * @param value the number
     * @return this
     */
    public ProgramCall with(String name, double value) {
        require(name, ProgramFunction.Kind.FLOAT, "a number");
        return put(name, value);
    }

    /**
     * Passes a truth value.
     *
     * @param name the parameter's name
     * @param value the truth value
     * @return this
     */
    public ProgramCall with(String name, boolean value) {
        require(name, ProgramFunction.Kind.BOOL, "a boolean");
        return put(name, value);
    }

    /**
     * Passes a text.
     *
     * @param name the parameter's name
     * @param value the text
     * @return this
     */
    public ProgramCall with(String name, String value) {
        require(name, ProgramFunction.Kind.TEXT, "a text");
        return put(name, value);
    }

    /**
     * Passes a list of integers.
     *
     * @param name the parameter's name
     * @param values the integers
     * @return this
     */
    public ProgramCall with(String name, long[] values) {
        require(name, ProgramFunction.Kind.INT_LIST, "a list of integers");
        return put(name, values.clone());
    }

    /**
     * Passes a list of numbers.
     *
     * @param name the parameter's name
     * @param values the numbers
     * @return this
     */
    public ProgramCall with(String name, double[] values) {
        require(name, ProgramFunction.Kind.FLOAT_LIST, "a list of numbers");
        return put(name, values.clone());
    }

    /**
     * Lets autograd record the call; without this nothing is recorded.
     *
     * @return this
     */
    public ProgramCall recordGradients() {
        recordGradients = true;
        return this;
    }

    /**
     * Runs the function.
     *
     * @param scope owns the results
     * @return the result tensors, a tuple or list flattened
     */
    public NDList run(NDManager scope) {
        Check.that(
                scope instanceof PtNDManager,
                "scope",
                scope.getClass().getSimpleName(),
                "must be a manager of the PyTorch engine",
                "take it from a TensorEngine or a NativeScope");
        IValue[] values = new IValue[function.parameters().size()];
        boolean gradModeBefore = JniUtils.isGradMode();
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = toNative(function.parameters().get(i).name());
            }
            JniUtils.setGradMode(recordGradients);
            try (IValue result = NativeCalls.runMethod(program.handle(), function.name(), values)) {
                return result.toNDList((PtNDManager) scope);
            }
        } catch (ai.djl.engine.EngineException e) {
            throw TensorProgram.translate("failed in " + function.name(), program.name(), e);
        } finally {
            JniUtils.setGradMode(gradModeBefore);
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    private IValue toNative(String name) {
        Object value = arguments.get(name);
        if (value == null) {
            throw new InvalidInputException(
                    "argument " + name, "missing", "must be given", "call with(\"" + name + "\", ...)");
        }
        if (value instanceof NDArray array) {
            return IValue.from(nativeArray(name, array));
        }
        if (value instanceof Map<?, ?> map) {
            return nativeMap(name, map);
        }
        if (value instanceof TensorMaps maps) {
            return nativeMaps(name, maps);
        }
        if (value instanceof List<?> list) {
            return IValue.listFrom(
                    list.stream().map(array -> nativeArray(name, array)).toArray(PtNDArray[]::new));
        }
        if (value instanceof Long integer) {
            return IValue.from(integer.longValue());
        }
        if (value instanceof Double number) {
            return IValue.from(number.doubleValue());
        }
        if (value instanceof Boolean flag) {
            return IValue.from(flag.booleanValue());
        }
        if (value instanceof String text) {
            return IValue.from(text);
        }
        if (value instanceof long[] integers) {
            return IValue.listFrom(integers);
        }
        return IValue.listFrom((double[]) value);
    }

    private static IValue nativeMap(String name, Map<?, ?> map) {
        Map<String, PtNDArray> arrays = new LinkedHashMap<>();
        map.forEach((key, array) -> arrays.put((String) key, nativeArray(name + "[" + key + "]", array)));
        Check.that(
                !arrays.isEmpty(),
                "argument " + name,
                "an empty map",
                "must hold a tensor",
                "pass at least one tensor");
        return IValue.stringMapFrom(arrays);
    }

    private static IValue nativeMaps(String name, TensorMaps maps) {
        IValue[] elements = new IValue[maps.values.size()];
        try {
            for (int i = 0; i < elements.length; i++) {
                elements[i] = nativeMap(name + "[" + i + "]", maps.values.get(i));
            }
            return IValue.listFrom(elements);
        } finally {
            for (IValue element : elements) {
                if (element != null) {
                    element.close();
                }
            }
        }
    }

    /** A list of maps, told apart from a list of tensors. */
    private record TensorMaps(List<Map<String, NDArray>> values) {
        TensorMaps {
            values = values.stream().map(Map::copyOf).toList();
            Check.that(!values.isEmpty(), "list of maps", "empty", "must hold a map", "pass at least one map");
        }
    }

    private static PtNDArray nativeArray(String name, Object array) {
        if (array instanceof PtNDArray fine) {
            return fine;
        }
        throw new InvalidInputException(
                "argument " + name,
                "a " + array.getClass().getSimpleName(),
                "must be an array of the PyTorch engine",
                "make it with a TensorEngine's manager");
    }

    private ProgramCall put(String name, Object value) {
        Check.that(
                arguments.put(name, value) == null,
                "argument " + name,
                "given twice",
                "must be given once",
                "remove one");
        return this;
    }

    private void require(String name, ProgramFunction.Kind given, String description) {
        ProgramFunction.Kind declared = kindOf(name);
        Check.that(
                declared == given,
                "argument " + name,
                description,
                "must be a " + declared.annotation(),
                "pass that type");
    }

    private ProgramFunction.Kind kindOf(String name) {
        for (ProgramFunction.Parameter parameter : function.parameters()) {
            if (parameter.name().equals(name)) {
                return parameter.kind();
            }
        }
        throw new InvalidInputException(
                "argument name",
                name,
                "must be a parameter of " + program.name() + ".py:" + function.name(),
                "it has "
                        + function.parameters().stream()
                                .map(ProgramFunction.Parameter::name)
                                .toList());
    }
}
