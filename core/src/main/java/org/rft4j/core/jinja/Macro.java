package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A macro, or the body of a {@code call} block, with the scope it was defined in. */
final class Macro implements Callable, Attributed {
    /** What stands in the source. */
    record Definition(
            @Nullable String name, List<String> parameters, List<Expr> defaults, List<Statement> body, Uses uses) {
        boolean takesCaller() {
            return parameters.contains("caller");
        }
    }

    /** Which of the special names the body mentions. */
    record Uses(boolean caller, boolean kwargs, boolean varargs) {}

    private final Definition definition;
    private final Scope scope;

    Macro(Definition definition, Scope scope) {
        this.definition = definition;
        this.scope = scope;
    }

    @Override
    public Object call(Run run, Arguments arguments) {
        Scope inside = scope.inner();
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        List<String> parameters = definition.parameters();
        List<Object> given = arguments.positional();
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            String parameter = parameters.get(i);
            Object value = i < given.size() ? given.get(i) : named.remove(parameter);
            if (value == null) {
                missing.add(parameter);
                inside.set(parameter, Undefined.hint("parameter " + Repr.quote(parameter) + " was not provided"));
            } else {
                inside.set(parameter, value);
            }
        }
        if (definition.uses().caller() && !definition.takesCaller()) {
            Object caller = named.remove("caller");
            inside.set("caller", caller == null ? Undefined.hint("No caller defined") : caller);
        }
        bindRest(inside, named, given);
        setDefaults(run, inside, missing);
        return run.capture(definition.body(), inside).text();
    }

    private void bindRest(Scope inside, Map<String, Object> named, List<Object> given) {
        int count = definition.parameters().size();
        if (definition.uses().kwargs() && !definition.parameters().contains("kwargs")) {
            inside.set("kwargs", new LinkedHashMap<Object, Object>(named));
        } else if (named.containsKey("caller")) {
            throw JinjaError.runtime("macro " + shownName()
                    + " was invoked with two values for the special caller argument. This is most likely a bug.");
        } else if (!named.isEmpty()) {
            throw JinjaError.runtime("macro " + shownName() + " takes no keyword argument "
                    + Repr.quote(named.keySet().iterator().next()));
        }
        if (definition.uses().varargs() && !definition.parameters().contains("varargs")) {
            inside.set("varargs", Tuple.of(given.size() > count ? given.subList(count, given.size()) : List.of()));
        } else if (given.size() > count) {
            throw JinjaError.runtime("macro " + shownName() + " takes not more than " + count + " argument(s)");
        }
    }

    private void setDefaults(Run run, Scope inside, List<String> missing) {
        int first = definition.parameters().size() - definition.defaults().size();
        for (String parameter : missing) {
            int index = definition.parameters().indexOf(parameter) - first;
            if (index >= 0) {
                inside.set(parameter, run.eval(definition.defaults().get(index), inside));
            }
        }
    }

    private String shownName() {
        return definition.name() == null ? "None" : Repr.quote(definition.name());
    }

    @Override
    public @Nullable Object attribute(String name) {
        return switch (name) {
            case "name" -> definition.name() == null ? None.NONE : definition.name();
            case "arguments" -> Tuple.of(new ArrayList<Object>(definition.parameters()));
            case "catch_kwargs" -> definition.uses().kwargs();
            case "catch_varargs" -> definition.uses().varargs();
            case "caller" -> definition.uses().caller();
            default -> null;
        };
    }

    @Override
    public String typeName() {
        return "Macro";
    }

    @Override
    public String toString() {
        return definition.name() == null ? "<Macro anonymous>" : "<Macro " + Repr.quote(definition.name()) + ">";
    }
}
