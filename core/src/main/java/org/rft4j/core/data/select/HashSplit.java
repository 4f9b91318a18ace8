package org.rft4j.core.data.select;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.ContentHash;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.engine.Check;

/**
 * Divides a data set for training and evaluation by a hash of each record. Which side a record is on depends on nothing but its key,
 * so that it stays there when others are added, and records with the same key stay together.
 *
 * @param train the larger part
 * @param evaluation the rest
 * @param <T> the shape of the records
 */
public record HashSplit<T extends Example>(Dataset<T> train, Dataset<T> evaluation) {
    /**
     * By id.
     *
     * @param data the data set
     * @param share about which part is for evaluation, between 0 and 1
     * @param name another name gives another division
     * @param <T> the shape of the records
     * @return the two parts, as views
     */
    public static <T extends Example> HashSplit<T> byId(Dataset<T> data, double share, String name) {
        return by(data, Example::id, share, name);
    }

    /**
     * By whatever must not be on both sides, such as the question of a task.
     *
     * @param data the data set
     * @param key gives null, a boolean, number, string, list, map or prompt
     * @param share about which part is for evaluation, between 0 and 1
     * @param name another name gives another division
     * @param <T> the shape of the records
     * @return the two parts, as views
     */
    public static <T extends Example> HashSplit<T> by(
            Dataset<T> data, Function<T, @Nullable Object> key, double share, String name) {
        Check.that(share > 0 && share < 1, "share for evaluation", share, "must be in (0, 1)", "use 0.1 for a tenth");
        return new HashSplit<>(
                Datasets.where(data, record -> !isEvaluation(key.apply(record), share, name)),
                Datasets.where(data, record -> isEvaluation(key.apply(record), share, name)));
    }

    private static boolean isEvaluation(@Nullable Object key, double share, String name) {
        long bits = new ContentHash().add(name).add(key).bits();
        return (bits >>> 11) * 0x1.0p-53 < share;
    }
}
