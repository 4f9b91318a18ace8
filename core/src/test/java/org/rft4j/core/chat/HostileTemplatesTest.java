package org.rft4j.core.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.jinja.JinjaOptions;
import org.rft4j.core.jinja.TemplateException;
import org.rft4j.core.jinja.TemplateLimits;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

/** Real templates with pieces cut, doubled and swapped end in text or in an error of ours, and end. */
@Timeout(60)
final class HostileTemplatesTest {
    private static final int MUTANTS_PER_TEMPLATE = 60;
    /** A mutation that always broke the source would test the parser only. */
    private static final int LEAST_RENDERED = 500;

    private static final int LONGEST_PIECE = 40;
    private static final long SEED = 20261124;
    private static final TemplateLimits LIMITS = new TemplateLimits(200_000, 300, 200_000, 200_000);
    private static final List<String> INSERTS = List.of(
            "{%",
            "%}",
            "{{",
            "}}",
            "{#",
            "#}",
            "-",
            "|",
            "(",
            ")",
            "[",
            "]",
            "'",
            "\"",
            "\\",
            "{% endfor %}",
            "{% endif %}",
            "{% break %}",
            " * 10**9 ",
            "[::-1]",
            "|tojson",
            "|sort",
            "|map('upper')|list",
            ".items()",
            "{% for q in messages %}",
            " ** 999 ",
            "~ loop.nextitem",
            "{% generation %}",
            "|format(1)",
            "{{ self }}",
            "{{ caller() }}",
            "\uD83D",
            "\u0000");

    @Test
    void mutantsEndInTextOrInAnErrorOfOurs() {
        List<JsonNode> inputs = new ArrayList<>();
        GoldenChats.json("conversations.json").forEach(inputs::add);
        int rendered = 0;
        for (Map.Entry<String, JsonNode> golden :
                GoldenChats.json("renderings.json").properties()) {
            String source = GoldenChats.template(golden.getKey());
            for (int i = 0; i < MUTANTS_PER_TEMPLATE; i++) {
                Draws draws = new Draws(golden.getKey() + "/" + i);
                String mutant = mutate(source, draws);
                rendered += endsWell(mutant, inputs.get(draws.below(inputs.size()))) ? 1 : 0;
            }
        }
        assertThat(rendered).as("mutants that still render").isGreaterThan(LEAST_RENDERED);
    }

    private static boolean endsWell(String mutant, JsonNode input) {
        JinjaOptions jinja = JinjaOptions.DEFAULT.withLimits(LIMITS);
        try {
            ChatTemplate.of(mutant)
                    .renderText(
                            GoldenChats.conversation(input),
                            GoldenChats.options(input).withJinja(jinja));
            return true;
        } catch (TemplateException | InvalidInputException e) {
            return false;
        }
    }

    private static String mutate(String source, Draws draws) {
        String mutant = source;
        int edits = 1 + draws.below(3);
        for (int i = 0; i < edits; i++) {
            int at = draws.below(mutant.length() + 1);
            int end = Math.min(mutant.length(), at + draws.below(LONGEST_PIECE));
            String piece = mutant.substring(at, end);
            int other = draws.below(mutant.length() + 1);
            mutant = switch (draws.below(4)) {
                case 0 -> mutant.substring(0, at) + mutant.substring(end);
                case 1 -> mutant.substring(0, at) + piece + mutant.substring(at);
                case 2 -> mutant.substring(0, other) + piece + mutant.substring(other);
                default -> mutant.substring(0, at) + INSERTS.get(draws.below(INSERTS.size())) + mutant.substring(at);
            };
        }
        return mutant;
    }

    /** Draws of one mutant. */
    private static final class Draws {
        private final KeyedRandom random;
        private long index;

        Draws(String mutant) {
            random = KeyedRandom.ofSeed(SEED).derive(mutant);
        }

        int below(int bound) {
            return (int) ((random.bits(index++) >>> 1) % bound);
        }
    }
}
