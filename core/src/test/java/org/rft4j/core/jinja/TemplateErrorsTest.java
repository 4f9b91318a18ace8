package org.rft4j.core.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the messages say, and what comes from the caller: variables and the clock. */
final class TemplateErrorsTest {
    private static String render(String source, Map<String, ?> variables) {
        return JinjaTemplate.parse("test", source).renderText(variables, JinjaOptions.DEFAULT);
    }

    @Test
    void messagesSayWhereWhatAndWhoMustAct() {
        TemplateException failure = catchThrowableOfType(
                TemplateException.class, () -> render("first\n  {{ message.role.upper() }}\nlast", Map.of()));
        assertThat(failure)
                .hasMessage(
                        "template test, line 2, column 13: 'message' is undefined; pass the missing value, or correct the "
                                + "template\n    {{ message.role.upper() }}");
        assertThat(failure.line()).isEqualTo(2);
        assertThat(failure.column()).isEqualTo(13);
        assertThat(failure.kind()).isEqualTo(TemplateException.Kind.UNDEFINED);
        assertThat(failure.reason()).isEqualTo("'message' is undefined");
    }

    @Test
    void theTemplatesOwnRefusalIsPassedOn() {
        assertThatThrownBy(() -> render("{{ raise_exception('Roles must alternate') }}", Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessage(
                        "template test, line 1, column 19: Roles must alternate; the template refuses this conversation: "
                                + "change the messages\n  {{ raise_exception('Roles must alternate') }}");
    }

    @Test
    void longLinesAreShortened() {
        String source = "x".repeat(500) + "{{ 1 + }}" + "y".repeat(500);
        assertThatThrownBy(() -> JinjaTemplate.parse("test", source))
                .hasMessageStartingWith(
                        "template test, line 1, column 508: unexpected 'end of print statement'; correct the "
                                + "template\n  ...xxx")
                .hasMessageEndingWith("yyy...");
    }

    @Test
    void otherTemplatesAreMissedOnlyWhenReached() {
        assertThat(render("{% if false %}{% include 'a' %}{% endif %}ok", Map.of()))
                .isEqualTo("ok");
        assertThatThrownBy(() -> render("{% include 'a' %}", Map.of()))
                .hasMessageContaining("{% include %} needs other templates, and a chat template stands alone");
    }

    @Test
    void theDateComesFromTheCaller() {
        JinjaTemplate template =
                JinjaTemplate.parse("test", "{{ strftime_now('%d %b %Y, %A %-d.%-m. %H:%M:%S %j %p%%') }}");
        assertThatThrownBy(() -> template.renderText(Map.of(), JinjaOptions.DEFAULT))
                .hasMessageContaining("strftime_now needs a clock, and none was given; set one in the options");
        assertThat(render("{{ strftime_now is defined }}", Map.of())).isEqualTo("False");
        Clock clock = Clock.fixed(Instant.parse("2026-03-07T21:04:05Z"), ZoneId.of("UTC"));
        assertThat(template.renderText(Map.of(), JinjaOptions.DEFAULT.withClock(clock)))
                .isEqualTo("07 Mar 2026, Saturday 7.3. 21:04:05 066 PM%");
    }

    @Test
    void javaValuesBecomePythonValues() {
        Map<String, Object> variables = new HashMap<>();
        variables.put("v", List.of(1, 2L, (short) 3, 1.5f, 2.0, true, "a", Map.of("k", List.of())));
        variables.put("none", null);
        variables.put("nothing", Collections.singletonList(null));
        assertThat(render("{{ v }} {{ nothing }}", variables))
                .isEqualTo("[1, 2, 3, 1.5, 2.0, True, 'a', {'k': []}] [None]");
        assertThatThrownBy(() -> render("x", Map.of("v", new StringBuilder())))
                .hasMessageContaining(
                        "a variable was a StringBuilder, must be null, boolean, number, string, list or map");
    }

    @Test
    void generationBlocksThatMoveAreNoMask() {
        JinjaTemplate template = JinjaTemplate.parse(
                "test", "a{% macro m() %}b{% generation %}c{% endgeneration %}{% endmacro %}{{ m() }}");
        assertThat(template.hasGenerationBlocks()).isTrue();
        assertThat(template.renderText(Map.of(), JinjaOptions.DEFAULT)).isEqualTo("abc");
        assertThatThrownBy(() -> template.render(Map.of(), JinjaOptions.DEFAULT))
                .hasMessageStartingWith("template test, line 1, column 21: a generation block stands in a macro")
                .hasMessageContaining("so where its text ends up is unknown; move the block out of it");
        assertThat(JinjaTemplate.parse("test", "a").hasGenerationBlocks()).isFalse();
    }

    @Test
    void spansAreInJavasCharacters() {
        Rendering rendering = JinjaTemplate.parse("test", "😀{% generation %}é😀{% endgeneration %}x")
                .render(Map.of(), JinjaOptions.DEFAULT);
        Rendering.Span span = rendering.generations().get(0);
        assertThat(rendering.text().substring(span.start(), span.end())).isEqualTo("é😀");
    }
}
