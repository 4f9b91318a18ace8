package org.rft4j.core.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.InvalidInputException;

/** Hostile templates end in an error that names the limit, and soon. */
@Timeout(20)
final class LimitsTest {
    private static final TemplateLimits SMALL = new TemplateLimits(100_000, 200, 10_000, 10_000);

    private static TemplateException failure(String source, TemplateLimits limits) {
        return catchThrowableOfType(
                TemplateException.class,
                () -> JinjaTemplate.parse("hostile", source)
                        .render(Map.of("s", "x".repeat(1000)), JinjaOptions.DEFAULT.withLimits(limits)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 'a' * 10**9 }}",
                "{{ 10**9 * 'a' }}",
                "{{ 'abc' * 10**18 }}",
                "{{ [0] * 10**9 }}",
                "{{ (1, 2) * 10**9 }}",
                "{{ '%999999999d' % 1 }}",
                "{{ '%.999999999f' % 1 }}",
                "{{ '%*d' % (10**9, 1) }}",
                "{{ '{:999999999}'.format(1) }}",
                "{{ '{:.999999999f}'.format(1.5) }}",
                "{{ 'a'.center(10**9) }}",
                "{{ 'a'.ljust(10**9) }}",
                "{{ 'a'.zfill(10**9) }}",
                "{{ 'a\\t'.expandtabs(10**9) }}",
                "{{ 'a'|center(10**9) }}",
                "{{ 'a'|indent(10**9) }}",
                "{{ [1]|tojson(indent=10**9) }}",
                "{{ [1]|batch(10**9, 'x')|list }}",
                "{{ [1]|slice(10**9)|list }}",
                "{{ s.replace('x', s) }}",
                "{{ s|replace('', s) }}",
                "{{ range(90000)|list }}",
                "{% set ns = namespace(a='a') %}{% for i in range(99) %}{% set ns.a = ns.a + ns.a %}{% endfor %}",
                "{% set ns = namespace(a=[1]) %}{% for i in range(99) %}{% set ns.a = ns.a + ns.a %}{% endfor %}"
            })
    void valuesStaySmall(String source) {
        TemplateException failure = failure(source, SMALL);
        assertThat(failure.kind()).isEqualTo(TemplateException.Kind.LIMIT);
        assertThat(failure)
                .hasMessageContaining("more than the limit valueSize = 10000; raise the limit in JinjaOptions");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "{{ 9**9**9**9**9**9 }} ! bits of an integer",
                "{{ 9**99**9999 }} ! bits of an integer",
                "{{ '%99999999999d' % 1 }} ! width of a conversion",
                "{{ [s] * 9999 ~ '' }} ! outputCharacters",
                "{{ ([s] * 9999)|join }} ! outputCharacters",
                "{{ ''.join([s] * 9999) }} ! outputCharacters",
                "{{ ([s] * 9999)|tojson }} ! outputCharacters",
                "{{ '{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}'.format(s) }} ! outputCharacters",
                "{{ s ~ s ~ s ~ s ~ s ~ s ~ s ~ s ~ s ~ s ~ s }} ! outputCharacters",
                "{% for i in range(99) %}{{ s }}{% endfor %} ! outputCharacters",
                "{% set a %}{% for i in range(99) %}{{ s }}{% endfor %}{% endset %} ! outputCharacters",
                "{% for i in range(999) %}{% for j in range(999) %}{% endfor %}{% endfor %} ! steps",
                "{% for i in range(9999) %}{{ (s * 9)|length }}{% endfor %} ! steps",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }} ! depth",
                "{% macro m() %}{{ caller }}{% call m() %}{% endcall %}{% endmacro %}{{ m() }} ! depth",
                "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %} ! depth",
            })
    void everythingElseEndsToo(String source, String limit) {
        TemplateException failure = failure(source, SMALL);
        assertThat(failure.kind()).isEqualTo(TemplateException.Kind.LIMIT);
        assertThat(failure.reason()).contains("more than the limit " + limit);
    }

    @Test
    void deepValuesAreNotFollowedForEver() {
        String nested = "{% set ns = namespace(a=[]) %}{% for i in range(5000) %}{% set ns.a = [ns.a] %}{% endfor %}";
        for (String use : List.of("{{ ns.a }}", "{{ ns.a|tojson }}", "{{ ns.a == [ns.a] }}", "{{ ns.a < [ns.a] }}")) {
            TemplateException failure = failure(nested + use, TemplateLimits.DEFAULT);
            assertThat(failure.reason()).as(use).contains("more than the limit depth = 600");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "{1:", "-", "not ", "a[", "f(", "1 if ", "x|f("})
    void deeplyNestedSourceIsRefused(String opening) {
        assertThatThrownBy(() -> JinjaTemplate.parse("hostile", "{{ " + opening.repeat(100_000)))
                .isInstanceOf(TemplateException.class);
    }

    @Test
    void deeplyNestedStatementsAreRefused() {
        assertThatThrownBy(() -> JinjaTemplate.parse("hostile", "{% if x %}".repeat(100_000)))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("more than the limit nesting of the source = 150");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " + 1",
                " ~ 1",
                " and 1",
                " or 0",
                ".a",
                "|string",
                " if 1",
                "()",
                "[0]",
                " is defined",
                " * 1",
                " ** 1"
            })
    void longChainsEndInTheDepthLimitOrWork(String link) {
        String source = "{{ 1" + link.repeat(50_000) + " }}";
        assertThat(outcome(source)).isIn("rendered", "LIMIT", "UNDEFINED", "RUNTIME", "SYNTAX");
    }

    private static String outcome(String source) {
        try {
            JinjaTemplate.parse("hostile", source).render(Map.of(), JinjaOptions.DEFAULT);
            return "rendered";
        } catch (TemplateException e) {
            return e.kind().name();
        }
    }

    @Test
    void theDefaultLimitsHoldWithinASmallStack() throws InterruptedException {
        List<String> outcomes = new ArrayList<>();
        String source =
                "{% macro m(n) %}{% if true %}{% for i in [1] %}{{ [m(n + 1)]|join }}{% endfor %}{% endif %}{% endmacro %}{{ m(0) }}";
        Thread thread = new Thread(null, () -> outcomes.add(outcome(source)), "small stack", 512 * 1024);
        thread.start();
        thread.join(Duration.ofSeconds(10).toMillis());
        assertThat(outcomes).containsExactly("LIMIT");
    }

    @Test
    void limitsMustBePositive() {
        assertThatThrownBy(() -> new TemplateLimits(0, 1, 1, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("steps was 0, must be > 0; use TemplateLimits.DEFAULT");
    }
}
