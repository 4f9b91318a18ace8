package org.rft4j.core.data.rows;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/** Several sources as one, in order. Rows keep the name of the source that they stand in. */
public final class Shards implements RowSource {
    private final String name;
    private final List<RowSource> sources;

    private Shards(String name, List<RowSource> sources) {
        this.name = name;
        this.sources = sources;
    }

    /**
     * Joins sources.
     *
     * @param name what errors call the whole
     * @param sources at least one, each with a name of its own
     * @return all their rows
     */
    public static Shards of(String name, List<? extends RowSource> sources) {
        List<String> names = sources.stream().map(RowSource::name).toList();
        Check.that(
                !names.isEmpty() && names.stream().distinct().count() == names.size(),
                "names of shards",
                names,
                "must be at least one, and none twice",
                "rows are named by them; rename files of the same name");
        return new Shards(name, List.copyOf(sources));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RowCursor open() {
        return new RowCursor() {
            private int next = 1;
            private RowCursor current = sources.get(0).open();

            @Override
            public @Nullable Read next() {
                Read read = current.next();
                while (read == null && next < sources.size()) {
                    current.close();
                    current = sources.get(next++).open();
                    read = current.next();
                }
                return read;
            }

            @Override
            public void close() {
                current.close();
            }
        };
    }
}
