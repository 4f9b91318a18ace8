package org.rft4j.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.TensorSource;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.DecoderLayout;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;
import org.rft4j.engine.program.Precision;

/** Fetches the weights that a configuration asks for, and finds out whether the file holds anything else. */
final class WeightReader {
    static final String SCORE = "score.weight";

    /** Tensors of older checkpoints that are functions of the configuration. */
    private static final Pattern COMPUTED =
            Pattern.compile(".*\\.(rotary_emb\\.inv_freq|attn\\.(masked_)?bias|attention\\.(masked_)?bias)");

    private static final String TOGETHER =
            "check that config.json belongs to the weights, and that all files are there";

    private final Path path;
    private final TensorSource source;
    private final Checkpoints.Description model;
    private final Precision precision;
    private final NDManager manager;
    private final Set<String> available;
    private final Set<String> used = new LinkedHashSet<>();

    WeightReader(
            Path path, TensorSource source, Checkpoints.Description model, Precision precision, NDManager manager) {
        this.path = path;
        this.source = source;
        this.model = model;
        this.precision = precision;
        this.manager = manager;
        this.available = new LinkedHashSet<>(source.names());
    }

    ModelWeights causal() {
        Map<WeightKey, NDArray> weights = body();
        DecoderLayout.shapes(model.config()).forEach((key, shape) -> {
            if (key.role().isHead()) {
                weights.put(key, load(fileName(key), shape));
            }
        });
        NDArray ownHead = headBesideTiedEmbedding(weights);
        requireNothingElse();
        if (ownHead == null) {
            return weights(weights, model.config());
        }
        weights.put(WeightKey.of(WeightRole.HEAD), ownHead);
        ObjectNode untied = model.json().deepCopy();
        untied.put("tie_word_embeddings", false); // readers that go by the flag would take the embedding
        DecoderConfig config = model.config().withHead(model.config().head().untied());
        return new ModelWeights(model.family(), untied, config, weights, manager);
    }

    ClassifierWeights classifier() {
        Map<WeightKey, NDArray> weights = body();
        requirePresent(SCORE);
        Shape stored = source.info(SCORE).shape();
        CheckpointException.check(
                stored.dimension() == 2 && stored.get(1) == model.config().width(),
                path,
                "shape of " + SCORE,
                stored,
                "must be [labels, " + model.config().width() + "]",
                TOGETHER);
        int labels = model.json().path("id2label").size();
        CheckpointException.check(
                labels == 0 || labels == stored.get(0),
                path,
                "rows of " + SCORE,
                stored.get(0),
                "must be the number of labels in id2label of config.json, " + labels,
                TOGETHER);
        NDArray score = load(SCORE, stored);
        requireNothingElse();
        return ClassifierWeights.of(weights(weights, model.config()), score);
    }

    private ModelWeights weights(Map<WeightKey, NDArray> weights, DecoderConfig config) {
        return new ModelWeights(model.family(), model.json(), config, weights, manager);
    }

    private Map<WeightKey, NDArray> body() {
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>();
        DecoderLayout.shapes(model.config()).forEach((key, shape) -> {
            if (!key.role().isHead()) {
                weights.put(key, load(fileName(key), shape));
            }
        });
        return weights;
    }

    /** The name as the file has it: checkpoints of a bare body lack the first part. */
    private String fileName(WeightKey key) {
        String name = model.family().tensorName(key);
        String bare = name.substring(name.indexOf('.') + 1);
        String found = !available.contains(name)
                        && available.contains(bare)
                        && !key.role().isHead()
                ? bare
                : name;
        requirePresent(found);
        return found;
    }

    private void requirePresent(String name) {
        CheckpointException.check(
                available.contains(name),
                path,
                "tensor " + name,
                "missing among " + available.size() + " tensors",
                "must be there for a model of type " + model.family().modelType(),
                TOGETHER);
    }

    private NDArray load(String name, Shape shape) {
        Shape stored = source.info(name).shape();
        CheckpointException.check(
                stored.equals(shape),
                path,
                "shape of tensor " + name,
                stored,
                "must be " + shape + " by config.json",
                TOGETHER);
        used.add(name);
        return source.load(name, precision, manager);
    }

    /** A file may repeat a tied embedding as its head. If it holds something else there, it is not tied, whatever the flag. */
    private @Nullable NDArray headBesideTiedEmbedding(Map<WeightKey, NDArray> weights) {
        WeightKey key = WeightKey.of(WeightRole.HEAD);
        if (!model.config().head().tied() || !available.contains(model.family().tensorName(key))) {
            return null;
        }
        NDArray embedding = Objects.requireNonNull(weights.get(WeightKey.of(WeightRole.EMBEDDING)));
        NDArray head = load(model.family().tensorName(key), embedding.getShape());
        try (NDArray equal = head.eq(embedding);
                NDArray all = equal.all()) {
            if (!all.getBoolean()) {
                return head;
            }
        }
        head.close();
        return null;
    }

    private void requireNothingElse() {
        Set<String> left = new LinkedHashSet<>(available);
        left.removeAll(used);
        left.removeIf(name -> COMPUTED.matcher(name).matches());
        if (!left.isEmpty()) {
            String some =
                    left.stream().limit(5).toList() + (left.size() > 5 ? " and " + (left.size() - 5) + " more" : "");
            throw new CheckpointException(
                    path,
                    "tensors that no part of a " + model.family().modelType() + " model reads",
                    some,
                    "must not be there",
                    TOGETHER);
        }
    }
}
