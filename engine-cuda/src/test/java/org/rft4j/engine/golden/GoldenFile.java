package org.rft4j.engine.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** One file of golden cases: inputs, options and the outputs an independent float64 implementation gives for them. */
public final class GoldenFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String name;
    private final String generator;
    private final Map<String, String> versions;
    private final List<Case> cases;

    private GoldenFile(String name, JsonNode root) {
        this.name = name;
        this.generator = root.required("generator").asText();
        Map<String, String> read = new LinkedHashMap<>();
        root.required("versions")
                .properties()
                .forEach(entry -> read.put(entry.getKey(), entry.getValue().asText()));
        this.versions = Collections.unmodifiableMap(read);
        List<Case> list = new ArrayList<>();
        root.required("cases").forEach(node -> list.add(Case.read(node)));
        this.cases = List.copyOf(list);
    }

    /**
     * Reads a file from the test resources.
     *
     * @param name the name without folder and extension, for example {@code head}
     * @return the file
     */
    public static GoldenFile load(String name) {
        String path = "/golden/" + name + ".json";
        try (InputStream stream = GoldenFile.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new IllegalArgumentException(
                        "No golden file " + path + " on the class path; write it with src/test/golden/generate.py");
            }
            return new GoldenFile(name, MAPPER.readTree(stream));
        } catch (IOException e) {
            throw new UncheckedIOException("Golden file " + path + " is not readable JSON", e);
        }
    }

    /**
     * Returns the script that wrote the file.
     *
     * @return its file name
     */
    public String generator() {
        return generator;
    }

    /**
     * Returns the versions of the libraries that computed the values.
     *
     * @return versions by library name
     */
    public Map<String, String> versions() {
        return versions;
    }

    /**
     * Returns all cases, in the order of the file.
     *
     * @return the cases, which suit a parameterised test's method source
     */
    public List<Case> cases() {
        return cases;
    }

    /**
     * Returns one case.
     *
     * @param caseName its name
     * @return the case
     */
    public Case get(String caseName) {
        return cases.stream()
                .filter(one -> one.name().equals(caseName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Golden file " + name + " has no case '" + caseName
                        + "'; it has " + cases.stream().map(Case::name).toList()));
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * The numbers of one array, in row-major order.
     *
     * @param shape its shape
     * @param data its numbers; identifiers are whole numbers
     */
    public record Tensor(Shape shape, double[] data) {
        /** Refuses data that does not fill the shape. */
        public Tensor {
            if (shape.size() != data.length) {
                throw new IllegalArgumentException(
                        "Shape " + shape + " needs " + shape.size() + " numbers, found " + data.length);
            }
        }

        private static Tensor read(JsonNode node) {
            return new Tensor(
                    new Shape(MAPPER.convertValue(node.required("shape"), long[].class)),
                    MAPPER.convertValue(node.required("data"), double[].class));
        }
    }

    /**
     * One golden case. The accessors find a name among the inputs and the outputs alike: no name is in both.
     *
     * @param name what it shows
     * @param options scalars: numbers, texts and booleans
     * @param inputs arrays to compute from
     * @param outputs arrays to compare with
     */
    public record Case(
            String name, Map<String, JsonNode> options, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        private static Case read(JsonNode node) {
            Map<String, JsonNode> options = new LinkedHashMap<>();
            node.required("options").properties().forEach(entry -> options.put(entry.getKey(), entry.getValue()));
            return new Case(
                    node.required("name").asText(),
                    Collections.unmodifiableMap(options),
                    tensors(node.required("inputs")),
                    tensors(node.required("outputs")));
        }

        private static Map<String, Tensor> tensors(JsonNode node) {
            Map<String, Tensor> result = new LinkedHashMap<>();
            node.properties().forEach(entry -> result.put(entry.getKey(), Tensor.read(entry.getValue())));
            return Collections.unmodifiableMap(result);
        }

        /**
         * Tells whether there is an array of this name; optional ones are absent where they are not used.
         *
         * @param key name of an input or output
         * @return true if present
         */
        public boolean has(String key) {
            return inputs.containsKey(key) || outputs.containsKey(key);
        }

        /**
         * Returns an array's numbers in full precision.
         *
         * @param key name of an input or output
         * @return a fresh array, row-major
         */
        public double[] doubles(String key) {
            return tensor(key).data().clone();
        }

        /**
         * Returns an array's numbers rounded to float32, which changes no input except the sampler's uniforms.
         *
         * @param key name of an input or output
         * @return a fresh array, row-major
         */
        public float[] floats(String key) {
            double[] data = tensor(key).data();
            float[] result = new float[data.length];
            for (int i = 0; i < data.length; i++) {
                result[i] = (float) data[i];
            }
            return result;
        }

        /**
         * Returns an array of whole numbers, such as token ids.
         *
         * @param key name of an input or output
         * @return a fresh array, row-major
         */
        public long[] longs(String key) {
            double[] data = tensor(key).data();
            long[] result = new long[data.length];
            for (int i = 0; i < data.length; i++) {
                result[i] = (long) data[i];
                if (result[i] != data[i]) {
                    throw new IllegalArgumentException("Golden case " + name + ": '" + key
                            + "' must hold whole numbers, but number " + i + " is " + data[i]);
                }
            }
            return result;
        }

        /**
         * Returns an array's shape.
         *
         * @param key name of an input or output
         * @return its shape
         */
        public Shape shape(String key) {
            return tensor(key).shape();
        }

        /**
         * Returns a numeric option.
         *
         * @param option its name
         * @param defaultValue what an absent option means
         * @return its value
         */
        public double number(String option, double defaultValue) {
            JsonNode node = options.get(option);
            if (node == null) {
                return defaultValue;
            }
            if (!node.isNumber()) {
                throw new IllegalArgumentException(
                        "Golden case " + name + ": option '" + option + "' must be a number, found " + node);
            }
            return node.doubleValue();
        }

        /**
         * Returns an option as text.
         *
         * @param option its name
         * @param defaultValue what an absent option means
         * @return its value
         */
        public String text(String option, String defaultValue) {
            JsonNode node = options.get(option);
            return node == null ? defaultValue : node.asText();
        }

        /**
         * Builds an NDArray of an input or output.
         *
         * @param manager owner of the result
         * @param key name of an input or output
         * @param dataType type of the result; integer types want whole numbers
         * @return the array
         */
        public NDArray toArray(NDManager manager, String key, DataType dataType) {
            Shape shape = shape(key);
            if (dataType == DataType.FLOAT32) {
                return manager.create(FloatBuffer.wrap(floats(key)), shape, DataType.FLOAT32);
            }
            if (dataType.isInteger()) {
                return converted(manager.create(LongBuffer.wrap(longs(key)), shape, DataType.INT64), dataType);
            }
            return converted(manager.create(DoubleBuffer.wrap(doubles(key)), shape, DataType.FLOAT64), dataType);
        }

        private static NDArray converted(NDArray array, DataType dataType) {
            if (array.getDataType() == dataType) {
                return array;
            }
            try (array) {
                return array.toType(dataType, true);
            }
        }

        private Tensor tensor(String key) {
            Tensor found = inputs.containsKey(key) ? inputs.get(key) : outputs.get(key);
            if (found == null) {
                throw new IllegalArgumentException("Golden case " + name + " has no array '" + key + "'; inputs "
                        + new TreeSet<>(inputs.keySet()) + ", outputs " + new TreeSet<>(outputs.keySet()));
            }
            return found;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
