package org.rft4j.core.lora;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * Which modules get a LoRA pair, by the rules of PEFT's {@code target_modules}. A module's name is that of its weight in the
 * checkpoint without {@code .weight}: {@code model.layers.0.self_attn.q_proj}.
 */
public sealed interface LoraTargets {
    /**
     * Whether a module is meant.
     *
     * @param module its name
     * @return true if it gets a pair
     */
    boolean matches(String module);

    /**
     * Modules by the ends of their names.
     *
     * @param names each a whole name, or its last parts: {@code q_proj}, {@code mlp.c_proj}
     */
    record Named(List<String> names) implements LoraTargets {
        public Named {
            names = List.copyOf(names);
            Check.that(
                    !names.isEmpty() && names.stream().noneMatch(String::isBlank),
                    "names of LoRA targets",
                    names,
                    "must hold a name, and no empty one",
                    "use LoraTargets.allLinear() for all matrices of the layers");
        }

        @Override
        public boolean matches(String module) {
            return names.stream().anyMatch(name -> isMeant(module, name));
        }

        /** Whether one of the names means a module. */
        static boolean isMeant(String module, String name) {
            return module.equals(name) || module.endsWith("." + name);
        }
    }

    /**
     * Modules by a regular expression.
     *
     * @param expression must match the whole name
     */
    record Matching(String expression) implements LoraTargets {
        public Matching {
            try {
                Pattern.compile(expression);
            } catch (PatternSyntaxException e) {
                throw new InvalidInputException(
                        "expression of LoRA targets",
                        "'" + expression + "' (" + e.getDescription() + ")",
                        "must be a regular expression",
                        "use LoraTargets.named(...) for plain names");
            }
        }

        @Override
        public boolean matches(String module) {
            return Pattern.matches(expression, module);
        }
    }

    /** All matrices inside the layers. */
    record AllLinear() implements LoraTargets {
        @Override
        public boolean matches(String module) {
            return true;
        }
    }

    /**
     * Modules by the ends of their names.
     *
     * @param names each a whole name, or its last parts
     * @return the targets
     */
    static LoraTargets named(String... names) {
        return new Named(List.of(names));
    }

    /**
     * Modules by a regular expression.
     *
     * @param expression must match the whole name
     * @return the targets
     */
    static LoraTargets matching(String expression) {
        return new Matching(expression);
    }

    /**
     * All matrices inside the layers.
     *
     * @return the targets
     */
    static LoraTargets allLinear() {
        return new AllLinear();
    }
}
