package org.rft4j.core.data.load;

import java.util.List;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;

/** Records in memory. */
final class ListDataset<T extends Example> implements Dataset<T> {
    private final List<T> records;
    private final String fingerprint;

    ListDataset(List<T> records, String fingerprint) {
        this.records = List.copyOf(records);
        this.fingerprint = fingerprint;
    }

    @Override
    public int size() {
        return records.size();
    }

    @Override
    public T get(int index) {
        return records.get(index);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
