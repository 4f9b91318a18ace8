package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What a value can be assigned to. */
interface Target {
    /** Fails before the value is computed if the target cannot take any. */
    void check(Scope scope);

    void assign(Object value, Scope scope, Run run);

    record Variable(String name) implements Target {
        @Override
        public void check(Scope scope) {}

        @Override
        public void assign(Object value, Scope scope, Run run) {
            scope.set(name, value);
        }
    }

    /** An attribute of a namespace. */
    record Member(String name, String attribute) implements Target {
        @Override
        public void check(Scope scope) {
            if (!(scope.find(name) instanceof Namespace)) {
                throw JinjaError.runtime("cannot assign attribute on non-namespace object");
            }
        }

        @Override
        public void assign(Object value, Scope scope, Run run) {
            if (scope.find(name) instanceof Namespace namespace) {
                namespace.set(attribute, value);
            }
        }
    }

    /** Several targets that share the items of one value. */
    record Unpacked(List<Target> targets) implements Target {
        @Override
        public void check(Scope scope) {
            targets.forEach(target -> target.check(scope));
        }

        @Override
        public void assign(Object value, Scope scope, Run run) {
            if (!Values.isIterable(value)) {
                throw JinjaError.runtime("cannot unpack non-iterable " + Types.name(value) + " object");
            }
            List<Object> items = new ArrayList<>();
            Iterator<Object> more = Values.iterate(value);
            while (more.hasNext() && items.size() <= targets.size()) {
                items.add(more.next());
            }
            if (items.size() > targets.size()) {
                throw JinjaError.runtime("too many values to unpack (expected " + targets.size() + ")");
            }
            if (items.size() < targets.size()) {
                throw JinjaError.runtime(
                        "not enough values to unpack (expected " + targets.size() + ", got " + items.size() + ")");
            }
            for (int i = 0; i < items.size(); i++) {
                targets.get(i).assign(items.get(i), scope, run);
            }
        }
    }
}
