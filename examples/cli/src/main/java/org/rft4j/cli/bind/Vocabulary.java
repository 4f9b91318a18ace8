package org.rft4j.cli.bind;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the binder knows besides records: which things {@code type} chooses between, usual values, and what has no key. */
public final class Vocabulary {
    private final Map<Class<?>, Family<?>> families = new HashMap<>();

    private final Map<Class<?>, Record> templates = new HashMap<>();

    private final Map<Class<?>, Set<String>> hidden = new HashMap<>();

    /** Knows scalars, enums, records and sealed interfaces of records. */
    public Vocabulary() {}

    /**
     * Says what {@code type} chooses between where a component has this type, or is a {@link Chosen} of it.
     *
     * @param type of the component
     * @param family the choices
     * @param <T> the same
     * @return this
     */
    public <T> Vocabulary family(Class<T> type, Family<? extends T> family) {
        families.put(type, family);
        return this;
    }

    /**
     * Keys of these records that are not given have their values, wherever nothing nearer says otherwise.
     *
     * @param usual one record of each class
     * @return this
     */
    public Vocabulary templates(Record... usual) {
        for (Record one : usual) {
            templates.put(one.getClass(), one);
        }
        return this;
    }

    /**
     * Components for which there is no key; they stay as the template has them.
     *
     * @param type a record
     * @param components their names
     * @return this
     */
    public Vocabulary hidden(Class<? extends Record> type, String... components) {
        hidden.put(type, Set.of(components));
        return this;
    }

    @Nullable
    Record templateOf(Class<?> type) {
        return templates.get(type);
    }

    Kind kindOf(Type type) {
        if (type instanceof Class<?> of) {
            return kindOfClass(of);
        }
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Type last = arguments[arguments.length - 1];
            Class<?> raw = (Class<?>) generic.getRawType();
            if (raw == Chosen.class) {
                return oneOf((Class<?>) last, true);
            }
            Kind inner = kindOf(last);
            if (!(inner instanceof Kind.Opaque)) {
                if (raw == Optional.class) {
                    return new Kind.Maybe(raw, last, inner);
                }
                if (raw == List.class) {
                    return new Kind.Several(last, inner);
                }
                if (raw == Map.class) {
                    return new Kind.Named(last, inner);
                }
            }
        }
        return new Kind.Opaque();
    }

    private Kind kindOfClass(Class<?> type) {
        Optional<Scalar> scalar = Scalar.of(type);
        if (scalar.isPresent()) {
            return new Kind.Single(scalar.get());
        }
        if (type == OptionalDouble.class) {
            return new Kind.Maybe(type, double.class, kindOf(double.class));
        }
        if (type.isEnum()) {
            return new Kind.Constant(type);
        }
        if (type.isRecord()) {
            return new Kind.Section(type.asSubclass(Record.class));
        }
        return families.containsKey(type) || type.isSealed() ? oneOf(type, false) : new Kind.Opaque();
    }

    private Kind oneOf(Class<?> type, boolean chosen) {
        Family<?> family = families.containsKey(type) ? families.get(type) : Family.ofSealed(type);
        return new Kind.OneOf(type, family, chosen);
    }

    /** The components of a record for which there are keys. */
    List<Field> fieldsOf(Class<? extends Record> type) {
        Set<String> without = hidden.getOrDefault(type, Set.of());
        List<Field> fields = new ArrayList<>();
        Arrays.stream(type.getRecordComponents())
                .map(component -> Field.of(component, kindOf(component.getGenericType())))
                .filter(field -> !(field.kind() instanceof Kind.Opaque) && !without.contains(field.name()))
                .forEach(fields::add);
        return fields;
    }
}
