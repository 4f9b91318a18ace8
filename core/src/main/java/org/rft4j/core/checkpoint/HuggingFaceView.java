package org.rft4j.core.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.Precision;

/** The tensors of a GGUF file as the Hugging Face model had them: names, order of rows, norms. */
final class HuggingFaceView implements TensorSource {
    private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d+)\\.(\\w+)\\.(weight|bias)");
    private static final Map<String, String> OUTSIDE_BLOCKS = Map.of(
            "token_embd.weight", "model.embed_tokens.weight",
            "output_norm.weight", "model.norm.weight",
            "output.weight", "lm_head.weight");
    /** In the configuration instead. */
    private static final String ROPE = "rope_freqs.weight";

    private final GgufFile file;
    private final GgufArchitecture architecture;
    private final long heads;
    private final long keyHeads;
    private final Map<String, String> ggufNames = new LinkedHashMap<>();

    HuggingFaceView(GgufFile file, GgufArchitecture architecture, long heads, long keyHeads) {
        this.file = file;
        this.architecture = architecture;
        this.heads = heads;
        this.keyHeads = keyHeads;
        for (String name : file.names()) {
            if (!name.equals(ROPE)) {
                ggufNames.put(huggingFaceName(name), name);
            }
        }
    }

    private String huggingFaceName(String name) {
        Matcher block = BLOCK.matcher(name);
        Optional<String> known = block.matches()
                ? Optional.ofNullable(architecture.blockNames().get(block.group(2)))
                        .map(part -> "model.layers." + block.group(1) + "." + part + "." + block.group(3))
                : Optional.ofNullable(OUTSIDE_BLOCKS.get(name));
        return known.orElseThrow(() -> new CheckpointException(
                file.path(),
                "tensor " + name,
                "unknown",
                "must be a part of " + architecture.className(),
                "use a safetensors checkpoint of this model"));
    }

    @Override
    public List<String> names() {
        return List.copyOf(ggufNames.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        TensorInfo info = file.info(ggufName(name));
        return new TensorInfo(name, info.type(), info.shape(), info.bytes());
    }

    @Override
    public NDArray load(String name, Precision precision, NDManager owner) {
        String ggufName = ggufName(name);
        if (!isShifted(ggufName)) {
            return ordered(ggufName, file.load(ggufName, precision, owner));
        }
        NDArray norm = file.load(ggufName, Precision.FP32, owner).subi(architecture.normShift());
        if (precision == Precision.FP32) {
            return norm;
        }
        NDArray rounded = NativeScope.leaveToManager(precision.convert(norm));
        norm.close();
        return rounded;
    }

    @Override
    public NDArray loadExact(String name, NDManager owner) {
        String ggufName = ggufName(name);
        if (!isShifted(ggufName)) {
            return ordered(ggufName, file.loadExact(ggufName, owner));
        }
        StoredType type = file.info(ggufName).type();
        CheckpointException.check(
                type == StoredType.F32, file.path(), "type of tensor " + ggufName, type, "must be F32", "use load");
        return load(name, Precision.FP32, owner);
    }

    @Override
    public Map<String, String> metadata() {
        return file.metadata();
    }

    @Override
    public void close() {
        file.close();
    }

    private String ggufName(String name) {
        String ggufName = ggufNames.get(name);
        if (ggufName == null) {
            throw new CheckpointException(
                    file.path(),
                    "tensor " + name,
                    "missing",
                    "must be one of the " + ggufNames.size() + " in the file",
                    "near names are " + NearNames.of(name, ggufNames.keySet()));
        }
        return ggufName;
    }

    private boolean isShifted(String ggufName) {
        return architecture.normShift() != 0 && ggufName.endsWith("norm.weight");
    }

    private NDArray ordered(String ggufName, NDArray loaded) {
        Matcher block = BLOCK.matcher(ggufName);
        boolean query = block.matches() && block.group(2).equals("attn_q");
        boolean key = block.matches() && block.group(2).equals("attn_k");
        return architecture.interleaved() && (query || key)
                ? apart(ggufName, loaded, query ? heads : keyHeads)
                : loaded;
    }

    /** Within a head, row 2i goes to i and row 2i + 1 to i + half. */
    private NDArray apart(String ggufName, NDArray loaded, long headCount) {
        try (loaded) {
            Shape shape = loaded.getShape();
            CheckpointException.check(
                    shape.dimension() > 0 && headCount > 0 && shape.get(0) % (2 * headCount) == 0,
                    file.path(),
                    "shape of tensor " + ggufName,
                    shape,
                    "must have an even number of rows for each of " + headCount + " heads",
                    "download the file again");
            List<Long> split = new ArrayList<>(List.of(headCount, shape.get(0) / (2 * headCount), 2L));
            for (int i = 1; i < shape.dimension(); i++) {
                split.add(shape.get(i));
            }
            try (NDArray pairs = loaded.reshape(new Shape(split));
                    NDArray halves = pairs.swapAxes(1, 2)) {
                return NativeScope.leaveToManager(halves.reshape(shape));
            }
        }
    }
}
