package org.rft4j.parquet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** For each type of a schema, what takes its values and hands on what they make: structs, lists and maps here, scalars elsewhere. */
final class Converters {
    private final String file;
    private final boolean keepsNestedNulls;

    Converters(String file, boolean keepsNestedNulls) {
        this.file = file;
        this.keepsNestedNulls = keepsNestedNulls;
    }

    Struct root(GroupType schema, Consumer<Map<String, @Nullable Object>> sink) {
        return new Struct(schema, "", true, sink);
    }

    private Converter of(Type type, String path, Sink sink) {
        if (type.isPrimitive()) {
            return ScalarConverter.of(file, path, type.asPrimitiveType(), sink);
        }
        GroupType group = type.asGroupType();
        LogicalTypeAnnotation meaning = group.getLogicalTypeAnnotation();
        if (meaning instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation) {
            return new Items(group, path, sink);
        }
        if (meaning instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation) {
            return new Entries(group, path, sink);
        }
        return new Struct(group, path, keepsNestedNulls, sink::accept);
    }

    /** Takes a finished value. */
    @FunctionalInterface
    interface Sink {
        void accept(@Nullable Object value);
    }

    /** Fields by name. */
    final class Struct extends GroupConverter {
        private final List<Converter> fields = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final boolean keepsNulls;
        private final Consumer<Map<String, @Nullable Object>> sink;
        private Map<String, @Nullable Object> values = new LinkedHashMap<>();

        Struct(GroupType type, String path, boolean keepsNulls, Consumer<Map<String, @Nullable Object>> sink) {
            this.keepsNulls = keepsNulls;
            this.sink = sink;
            for (Type field : type.getFields()) {
                String name = field.getName();
                names.add(name);
                Sink put = field.isRepetition(Type.Repetition.REPEATED)
                        ? value -> append(name, value)
                        : value -> values.put(name, value);
                fields.add(of(field, path.isEmpty() ? name : path + "." + name, put));
            }
        }

        /** A repeated field that is no proper list: values come one by one. */
        @SuppressWarnings("unchecked")
        private void append(String name, @Nullable Object value) {
            if (!(values.get(name) instanceof List<?> list)) {
                List<@Nullable Object> fresh = new ArrayList<>();
                fresh.add(value);
                values.put(name, fresh);
            } else {
                ((List<@Nullable Object>) list).add(value);
            }
        }

        @Override
        public Converter getConverter(int field) {
            return fields.get(field);
        }

        @Override
        public void start() {
            values = new LinkedHashMap<>();
            if (keepsNulls) {
                names.forEach(name -> values.put(name, null));
            }
        }

        @Override
        public void end() {
            sink.accept(Collections.unmodifiableMap(values));
        }
    }

    /** A list: in three levels, as the format asks, or in two, as old writers had it. */
    private final class Items extends GroupConverter {
        private final Converter repeated;
        private final Sink sink;
        private List<@Nullable Object> items = new ArrayList<>();

        Items(GroupType type, String path, Sink sink) {
            this.sink = sink;
            Type inner = type.getType(0);
            boolean twoLevels = inner.isPrimitive()
                    || inner.asGroupType().getFieldCount() > 1
                    || inner.getName().equals("array")
                    || inner.getName().equals(type.getName() + "_tuple");
            repeated = twoLevels
                    ? of(inner, path, item -> items.add(item))
                    : new Wrapped(inner.asGroupType().getType(0), path, item -> items.add(item));
        }

        @Override
        public Converter getConverter(int field) {
            return repeated;
        }

        @Override
        public void start() {
            items = new ArrayList<>();
        }

        @Override
        public void end() {
            sink.accept(Collections.unmodifiableList(items));
        }
    }

    /** The middle level of a list: its one field is the item, which may be null. */
    private final class Wrapped extends GroupConverter {
        private final Converter item;
        private final Sink sink;
        private @Nullable Object value;

        Wrapped(Type type, String path, Sink sink) {
            this.sink = sink;
            this.item = of(type, path, finished -> value = finished);
        }

        @Override
        public Converter getConverter(int field) {
            return item;
        }

        @Override
        public void start() {
            value = null;
        }

        @Override
        public void end() {
            sink.accept(value);
        }
    }

    /** A map, in the order of the file. Keys become text. */
    private final class Entries extends GroupConverter {
        private final Entry entry;
        private final Sink sink;
        private Map<String, @Nullable Object> entries = new LinkedHashMap<>();

        Entries(GroupType type, String path, Sink sink) {
            this.sink = sink;
            this.entry = new Entry(type.getType(0).asGroupType(), path, this);
        }

        @Override
        public Converter getConverter(int field) {
            return entry;
        }

        @Override
        public void start() {
            entries = new LinkedHashMap<>();
        }

        @Override
        public void end() {
            sink.accept(Collections.unmodifiableMap(entries));
        }
    }

    /** Key and value. */
    private final class Entry extends GroupConverter {
        private final List<Converter> fields = new ArrayList<>();
        private final Entries map;
        private @Nullable Object key;
        private @Nullable Object value;

        Entry(GroupType type, String path, Entries map) {
            this.map = map;
            fields.add(of(type.getType(0), path, finished -> key = finished));
            if (type.getFieldCount() > 1) {
                fields.add(of(type.getType(1), path, finished -> value = finished));
            }
        }

        @Override
        public Converter getConverter(int field) {
            return fields.get(field);
        }

        @Override
        public void start() {
            key = null;
            value = null;
        }

        @Override
        public void end() {
            map.entries.put(String.valueOf(key), value);
        }
    }
}
