package org.rft4j.cli.bind;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.Optional;

/** A component of a record for which there is a key, or keys if it is unwrapped. */
record Field(String name, Type type, Kind kind, Optional<String> otherwise, boolean unwrapped, Method accessor) {
    static Field of(RecordComponent component, Kind kind) {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        return new Field(
                component.getName(),
                component.getGenericType(),
                kind,
                Optional.ofNullable(component.getAnnotation(Otherwise.class)).map(Otherwise::value),
                component.isAnnotationPresent(Unwrapped.class),
                accessor);
    }

    Object of(Record record) {
        try {
            return Objects.requireNonNull(accessor.invoke(record));
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a record tells its components", e);
        }
    }
}
