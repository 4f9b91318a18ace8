package org.rft4j.core.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * How tensors are written.
 *
 * @param maxShardBytes the most that a file of a folder holds, unless a single tensor is larger
 * @param floatsAs F32, F16 or BF16, to which floats are rounded (nearest, ties to even); null keeps each as it is
 * @param metadata what stands in the header as {@code __metadata__}; {@code format = pt} is added where no format is given,
 *     because transformers refuses files without
 */
public record SaveOptions(long maxShardBytes, @Nullable StoredType floatsAs, Map<String, String> metadata) {
    /** Files of 5 GB, numbers as they are. */
    public static final SaveOptions DEFAULT = new SaveOptions(5_000_000_000L, null, Map.of());

    private static final Set<StoredType> FLOATS = Set.of(StoredType.F32, StoredType.F16, StoredType.BF16);

    /** Checks the values. */
    public SaveOptions {
        Check.that(maxShardBytes > 0, "maxShardBytes", maxShardBytes, "must be positive", "the default is 5 GB");
        Check.that(
                floatsAs == null || FLOATS.contains(floatsAs),
                "floatsAs",
                floatsAs,
                "must be F32, F16, BF16 or null",
                "integers and blocks are not written");
        Map<String, String> withFormat = new TreeMap<>(metadata); // the same bytes in every run
        withFormat.putIfAbsent("format", "pt");
        metadata = Collections.unmodifiableMap(withFormat);
    }

    /**
     * The same with another limit.
     *
     * @param bytes the most that a file holds
     * @return changed options
     */
    public SaveOptions withMaxShardBytes(long bytes) {
        return new SaveOptions(bytes, floatsAs, metadata);
    }

    /**
     * The same with another float format.
     *
     * @param type F32, F16 or BF16
     * @return changed options
     */
    public SaveOptions withFloatsAs(StoredType type) {
        return new SaveOptions(maxShardBytes, type, metadata);
    }
}
