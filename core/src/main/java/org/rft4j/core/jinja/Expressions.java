package org.rft4j.core.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The expressions of the language. */
final class Expressions {
    private Expressions() {}

    record Constant(Object value, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            return value;
        }
    }

    record Name(String name, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Object value = scope.find(name);
            return value == null ? Undefined.name(name) : value;
        }
    }

    record ListOf(List<Expr> items, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            return run.evalAll(items, scope);
        }
    }

    record TupleOf(List<Expr> items, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            return Tuple.of(run.evalAll(items, scope));
        }
    }

    record DictOf(List<Expr> keys, List<Expr> values, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Dict dict = Dict.empty();
            for (int i = 0; i < keys.size(); i++) {
                dict.put(run.eval(keys.get(i), scope), run.eval(values.get(i), scope));
            }
            return dict.values();
        }
    }

    record Attribute(Expr of, String name, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            return Members.attribute(run.eval(of, scope), name, run);
        }
    }

    record Item(Expr of, Expr key, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            return Members.item(run.eval(of, scope), run.eval(key, scope), run);
        }
    }

    record Slice(Expr of, Expr start, Expr stop, Expr step, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Object value = run.eval(of, scope);
            return Slices.slice(
                    value, run.eval(start, scope), run.eval(stop, scope), run.eval(step, scope), run.budget());
        }
    }

    record Not(Expr operand, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            return !Values.truth(run.eval(operand, scope));
        }
    }

    record And(Expr left, Expr right, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Object value = run.eval(left, scope);
            return Values.truth(value) ? run.eval(right, scope) : value;
        }
    }

    record Or(Expr left, Expr right, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Object value = run.eval(left, scope);
            return Values.truth(value) ? value : run.eval(right, scope);
        }
    }

    /** {@code then if test else otherwise}. */
    record Conditional(Expr test, Expr then, @Nullable Expr otherwise, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            if (Values.truth(run.eval(test, scope))) {
                return run.eval(then, scope);
            }
            return otherwise == null
                    ? Undefined.hint("the inline if-expression on line " + run.line(offset)
                            + " evaluated to false and no else section was defined.")
                    : run.eval(otherwise, scope);
        }
    }

    /** Values joined as text. */
    record Concat(List<Expr> parts, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            StringBuilder text = new StringBuilder();
            for (Expr part : parts) {
                text.append(Repr.str(run.eval(part, scope), run.budget()));
                run.budget().output(text.length());
            }
            run.budget().value(text.length());
            return text.toString();
        }
    }

    /** An operator between two values. */
    interface Operation {
        Object apply(Object left, Object right, Budget budget);
    }

    record Binary(Operation operation, Expr left, Expr right, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Object x = run.eval(left, scope);
            return operation.apply(x, run.eval(right, scope), run.budget());
        }
    }

    record Unary(boolean negative, Expr operand, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Object value = run.eval(operand, scope);
            return negative ? Arithmetic.negate(value) : Arithmetic.positive(value);
        }
    }

    /** A chain of comparisons, each middle operand evaluated once. */
    record Comparison(Expr first, List<String> operators, List<Expr> operands, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Object left = run.eval(first, scope);
            for (int i = 0; i < operators.size(); i++) {
                Object right = run.eval(operands.get(i), scope);
                if (!holds(operators.get(i), left, right, run.budget())) {
                    return false;
                }
                left = right;
            }
            return true;
        }

        private static boolean holds(String operator, Object left, Object right, Budget budget) {
            return switch (operator) {
                case "==" -> Compare.equal(left, right, budget);
                case "!=" -> !Compare.equal(left, right, budget);
                case "in" -> Values.contains(right, left, budget);
                case "not in" -> !Values.contains(right, left, budget);
                default -> Compare.order(operator, left, right, budget);
            };
        }
    }

    /** Arguments as they are written, with at most one {@code *} and one {@code **}. */
    record ArgumentList(
            List<Expr> positional,
            Map<String, Expr> named,
            @Nullable Expr more,
            @Nullable Expr moreNamed) {
        static final ArgumentList EMPTY = new ArgumentList(List.of(), Map.of(), null, null);

        Arguments eval(Run run, Scope scope) {
            if (positional.isEmpty() && named.isEmpty() && more == null && moreNamed == null) {
                return Arguments.NONE;
            }
            List<Object> values = run.evalAll(positional, scope);
            Map<String, Object> keywords = new LinkedHashMap<>();
            named.forEach((name, value) -> keywords.put(name, run.eval(value, scope)));
            if (more != null) {
                values.addAll(Values.list(run.eval(more, scope), run.budget()));
            }
            if (moreNamed != null) {
                addNamed(keywords, run.eval(moreNamed, scope));
            }
            return new Arguments(values, keywords);
        }

        private static void addNamed(Map<String, Object> keywords, Object mapping) {
            if (!(mapping instanceof Map<?, ?> map)) {
                throw JinjaError.runtime("argument after ** must be a mapping, not " + Types.name(mapping));
            }
            map.forEach((key, value) -> {
                if (!(key instanceof CharSequence)) {
                    throw JinjaError.runtime("keywords must be strings");
                }
                keywords.put(key.toString(), value);
            });
        }
    }

    record Call(Expr callee, ArgumentList arguments, int offset) implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            return run.call(run.eval(callee, scope), arguments.eval(run, scope));
        }
    }

    /** A filter, or the name of one that does not exist, which only matters when it is reached. */
    record FilterCall(@Nullable Filter filter, String name, Expr value, ArgumentList arguments, int offset)
            implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Object input = run.eval(value, scope);
            if (filter == null) {
                throw JinjaError.runtime("No filter named " + Repr.quote(name) + " found.");
            }
            return filter.apply(run, input, arguments.eval(run, scope));
        }
    }

    record TestCall(@Nullable TestFunction test, String name, Expr value, ArgumentList arguments, int offset)
            implements Expr {
        @Override
        public Object eval(Run run, Scope scope) {
            Object input = run.eval(value, scope);
            if (test == null) {
                throw JinjaError.runtime("No test named " + Repr.quote(name) + " found.");
            }
            return test.holds(run, input, arguments.eval(run, scope));
        }
    }

    /** The text that a filter or set block has captured. */
    record Captured(int offset) implements Expr {
        static final String NAME = " captured";

        @Override
        public Object eval(Run run, Scope scope) {
            Object text = scope.find(NAME);
            return text == null ? "" : text;
        }
    }
}
