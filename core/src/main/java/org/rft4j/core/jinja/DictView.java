package org.rft4j.core.jinja;

import java.util.Iterator;
import java.util.Map;

/** What {@code items()}, {@code keys()} and {@code values()} of a dict give. */
record DictView(Map<Object, Object> dict, Kind kind) {
    enum Kind {
        ITEMS("dict_items") {
            @Override
            Object show(Map.Entry<Object, Object> entry) {
                return Tuple.of(entry.getKey(), entry.getValue());
            }
        },
        KEYS("dict_keys") {
            @Override
            Object show(Map.Entry<Object, Object> entry) {
                return entry.getKey();
            }
        },
        VALUES("dict_values") {
            @Override
            Object show(Map.Entry<Object, Object> entry) {
                return entry.getValue();
            }
        };

        private final String typeName;

        Kind(String typeName) {
            this.typeName = typeName;
        }

        String typeName() {
            return typeName;
        }

        abstract Object show(Map.Entry<Object, Object> entry);
    }

    Iterator<Object> iterator() {
        Iterator<Map.Entry<Object, Object>> entries = dict.entrySet().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Object next() {
                return kind.show(entries.next());
            }
        };
    }
}
