package org.rft4j.core.jinja;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements of the language. */
final class Statements {
    private Statements() {}

    record Text(String text, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            run.write(text);
            return Flow.NEXT;
        }
    }

    record Print(List<Expr> values, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            for (Expr value : values) {
                run.write(Repr.str(run.eval(value, scope), run.budget()));
            }
            return Flow.NEXT;
        }
    }

    record Branch(Expr test, List<Statement> body) {}

    record If(List<Branch> branches, List<Statement> otherwise, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            for (Branch branch : branches) {
                if (Values.truth(run.eval(branch.test(), scope))) {
                    return run.exec(branch.body(), scope);
                }
            }
            return run.exec(otherwise, scope);
        }
    }

    record Set(Target target, Expr value, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            target.check(scope);
            target.assign(run.eval(value, scope), scope, run);
            return Flow.NEXT;
        }
    }

    /** Captures its body; the value is the text, through filters where there are some. */
    record SetBlock(Target target, Expr value, List<Statement> body, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            Scope inside = scope.inner();
            Run.Capture captured = run.capture(body, inside);
            if (captured.flow() == Flow.NEXT) {
                inside.set(Expressions.Captured.NAME, captured.text());
                target.check(scope);
                target.assign(run.eval(value, inside), scope, run);
            }
            return captured.flow();
        }
    }

    record FilterBlock(Expr value, List<Statement> body, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            Scope inside = scope.inner();
            Run.Capture captured = run.capture(body, inside);
            if (captured.flow() == Flow.NEXT) {
                inside.set(Expressions.Captured.NAME, captured.text());
                run.write(Repr.str(run.eval(value, inside), run.budget()));
            }
            return captured.flow();
        }
    }

    record With(List<Target> targets, List<Expr> values, List<Statement> body, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            Scope inside = scope.inner();
            Iterator<Expr> value = values.iterator();
            for (Target target : targets) {
                target.assign(run.eval(value.next(), scope), inside, run);
            }
            return run.exec(body, inside);
        }
    }

    record DefineMacro(String name, Macro.Definition definition, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            scope.set(name, new Macro(definition, scope));
            return Flow.NEXT;
        }
    }

    record CallBlock(Expressions.Call call, Macro.Definition body, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            Object callee = run.eval(call.callee(), scope);
            Arguments arguments = call.arguments().eval(run, scope).with("caller", new Macro(body, scope));
            run.write(Repr.str(run.call(callee, arguments), run.budget()));
            return Flow.NEXT;
        }
    }

    /** Marks what the assistant wrote. Like a macro, it keeps to itself what it sets. */
    record Generation(List<Statement> body, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            String text = run.capture(body, scope.inner()).text();
            run.generated(text, offset);
            run.write(text);
            return Flow.NEXT;
        }
    }

    record Leave(Flow flow, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            return flow;
        }
    }

    /** A block of template inheritance, of which there is none: it only sees the template's own variables. */
    record Block(List<Statement> body, boolean scoped, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            return run.exec(body, (scoped ? scope : run.root()).inner());
        }
    }

    /** Other templates, which a chat template does not have. */
    record OtherTemplate(String tag, int offset) implements Statement {
        @Override
        public Flow exec(Run run, Scope scope) {
            throw JinjaError.runtime("{% " + tag + " %} needs other templates, and a chat template stands alone");
        }
    }

    record For(Target target, Expr items, @Nullable Expr test, Body body, int offset) implements Statement {
        /** What a loop does with items, and without any. */
        record Body(List<Statement> each, List<Statement> otherwise, boolean recursive) {}

        @Override
        public Flow exec(Run run, Scope scope) {
            Object iterable = run.eval(items, scope);
            if (!body.recursive()) {
                return loop(run, scope, iterable, 0);
            }
            run.write(recursion(run, scope, iterable, 0));
            return Flow.NEXT;
        }

        private String recursion(Run run, Scope scope, Object iterable, int depth) {
            Statement level = new Level(this, iterable, depth);
            return run.capture(List.of(level), scope).text();
        }

        private Flow loop(Run run, Scope scope, Object iterable, int depth) {
            LoopContext loop = new LoopContext(
                    test == null ? iterable : filtered(run, scope, iterable, test),
                    depth,
                    body.recursive() ? (inner, level) -> recursion(run, scope, inner, level) : null,
                    run);
            // As in Jinja, a loop whose every pass was cut short counts as one without items.
            boolean empty = true;
            while (loop.hasNext()) {
                run.budget().step();
                Scope inside = scope.inner();
                target.assign(loop.next(), inside, run);
                inside.set("loop", loop);
                Flow flow = run.exec(body.each(), inside);
                empty &= flow != Flow.NEXT;
                if (flow == Flow.BREAK) {
                    break;
                }
            }
            return empty ? run.exec(body.otherwise(), scope.inner()) : Flow.NEXT;
        }

        private Lazy filtered(Run run, Scope scope, Object iterable, Expr condition) {
            return Lazy.filter(Values.iterate(iterable), item -> {
                Scope inside = scope.inner();
                target.assign(item, inside, run);
                return Values.truth(run.eval(condition, inside));
            });
        }

        /** One level of a recursive loop. */
        private record Level(For loop, Object iterable, int depth) implements Statement {
            @Override
            public Flow exec(Run run, Scope scope) {
                return loop.loop(run, scope, iterable, depth);
            }

            @Override
            public int offset() {
                return loop.offset();
            }
        }
    }
}
