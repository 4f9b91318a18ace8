package org.rft4j.core.data.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows that a program made, or that were read into memory. */
public final class MemoryRows implements RowTable {
    private final String name;
    private final List<Row> rows;

    private MemoryRows(String name, List<Row> rows) {
        this.name = name;
        this.rows = rows;
    }

    /**
     * Rows from maps. The list and the maps are copied.
     *
     * @param name what ids and errors call them
     * @param rows values by name: null, booleans, numbers, strings, lists, maps, or whatever the mapping expects
     * @return the rows, numbered from 1
     */
    public static MemoryRows of(String name, List<? extends Map<String, ? extends @Nullable Object>> rows) {
        List<Row> copies = new ArrayList<>(rows.size());
        for (Map<String, ? extends @Nullable Object> row : rows) {
            copies.add(new Row(name, copies.size() + 1L, new java.util.LinkedHashMap<String, @Nullable Object>(row)));
        }
        return new MemoryRows(name, copies);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public Read read(int index) {
        return rows.get(index);
    }
}
