package org.rft4j.core.data.load;

import org.rft4j.core.data.ContentHash;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;

/** Some of the records of a data set. */
final class Selection<T extends Example> implements Dataset<T> {
    private final Dataset<T> data;
    private final int[] indices;
    private final String fingerprint;

    Selection(Dataset<T> data, int[] indices) {
        this.data = data;
        this.indices = indices;
        ContentHash hash = new ContentHash().add(data.fingerprint());
        for (int index : indices) {
            hash.add(index);
        }
        this.fingerprint = hash.hex();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public T get(int index) {
        return data.get(indices[index]);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
