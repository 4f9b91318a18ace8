package org.rft4j.parquet;

import java.util.Map;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Puts the values of columns together to rows. */
final class RowMaterializer extends RecordMaterializer<Map<String, @Nullable Object>> {
    private final Converters.Struct root;
    private @Nullable Map<String, @Nullable Object> row;

    RowMaterializer(String file, MessageType schema, boolean keepsNestedNulls) {
        root = new Converters(file, keepsNestedNulls).root(schema, this::accept);
    }

    private void accept(Map<String, @Nullable Object> finished) {
        row = finished;
    }

    @Override
    public Map<String, @Nullable Object> getCurrentRecord() {
        if (row == null) {
            throw new IllegalStateException("a row is complete before it is asked for");
        }
        return row;
    }

    @Override
    public GroupConverter getRootConverter() {
        return root;
    }
}
