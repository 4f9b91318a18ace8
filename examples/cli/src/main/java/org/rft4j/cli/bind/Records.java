package org.rft4j.cli.bind;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Rft4jException;

/** Makes records by their canonical constructors. */
final class Records {
    private Records() {}

    /** Makes something that may be refused. */
    interface Making {
        @Nullable
        Object make() throws Refused;
    }

    /** What was passed in was refused. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final String text;

        Refused(Throwable by) {
            super(by);
            this.text = String.valueOf(by.getMessage());
        }

        @Override
        public String getMessage() {
            return text;
        }
    }

    /** A record of some values, and of a template's for all other components. */
    static Record make(Class<? extends Record> type, Map<String, Object> values, @Nullable Record template)
            throws Refused {
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Object value = values.get(components[i].getName());
            arguments[i] = value != null ? value : ofTemplate(components[i], template);
        }
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Rft4jException refused) {
                throw new Refused(refused);
            }
            throw new IllegalStateException("cannot make a " + type.getSimpleName(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record has a constructor of its components", e);
        }
    }

    private static @Nullable Object ofTemplate(RecordComponent component, @Nullable Record template) {
        Record there = Objects.requireNonNull(
                template, "component " + component.getName() + " has neither a key nor a template");
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(there);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record tells its components", e);
        }
    }
}
