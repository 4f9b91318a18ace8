package org.rft4j.core.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A template, parsed once and rendered often; it has no state and may be used by several threads.
 *
 * <p>The language is that of Python's Jinja 3.1 as the transformers library sets it up for chat templates: the immutable
 * sandbox, {@code trim_blocks} and {@code lstrip_blocks}, {@code break} and {@code continue}, {@code tojson} without HTML
 * escapes, {@code raise_exception}, {@code strftime_now} and {@code generation} blocks. Differences:
 *
 * <ol>
 *   <li>{@code strftime_now} is undefined unless the caller gives a clock;
 *   <li>there is one template: {@code include}, {@code import} and {@code extends} fail when they are reached;
 *   <li>{@code autoescape} can only be switched off, and the filters pprint, random, urlize and wordwrap, the global lipsum,
 *       {@code \N} escapes, complex numbers and set operations on the views of dicts are left out;
 *   <li>{@link TemplateLimits} stop what does not end.
 * </ol>
 */
public final class JinjaTemplate {
    private final String name;
    private final String source;
    private final StatementParser.Parsed parsed;

    private JinjaTemplate(String name, String source, StatementParser.Parsed parsed) {
        this.name = name;
        this.source = source;
        this.parsed = parsed;
    }

    /**
     * Parses a template.
     *
     * @param name what messages call it
     * @param source its text
     * @return the template
     */
    public static JinjaTemplate parse(String name, String source) {
        String normal = Lexer.normalize(source);
        try {
            return new JinjaTemplate(name, normal, StatementParser.parse(normal));
        } catch (JinjaError e) {
            throw new TemplateException(name, normal, e);
        }
    }

    /**
     * Whether the template marks what the assistant writes.
     *
     * @return true if it has {@code generation} blocks
     */
    public boolean hasGenerationBlocks() {
        return parsed.generation();
    }

    /**
     * Renders the text only.
     *
     * @param variables what the template can read: null, booleans, numbers, strings, and lists and maps of these
     * @param options limits and clock
     * @return the text
     */
    public String renderText(Map<String, ?> variables, JinjaOptions options) {
        return run(variables, options).document();
    }

    /**
     * Renders the text and finds the parts in {@code generation} blocks. Fails if such a block's text is not found where it
     * was rendered, as when it stands in a macro or a filter block: masks from wrong places would train on the wrong tokens.
     *
     * @param variables what the template can read: null, booleans, numbers, strings, and lists and maps of these
     * @param options limits and clock
     * @return text and spans
     */
    public Rendering render(Map<String, ?> variables, JinjaOptions options) {
        Run run = run(variables, options);
        String text = run.document();
        List<Rendering.Span> spans = new ArrayList<>();
        for (Run.Generation generation : run.generations()) {
            if (!text.startsWith(generation.text(), generation.start())) {
                JinjaError error =
                        JinjaError.runtime("a generation block stands in a macro, call, filter or set block, so "
                                + "where its text ends up is unknown; move the block out of it");
                throw new TemplateException(name, source, error.at(generation.offset()));
            }
            spans.add(new Rendering.Span(
                    generation.start(), generation.start() + generation.text().length()));
        }
        return new Rendering(text, List.copyOf(spans));
    }

    private Run run(Map<String, ?> variables, JinjaOptions options) {
        Scope scope = Globals.scope(options.clock());
        Run run = new Run(source, options, scope);
        try {
            variables.forEach((key, value) -> scope.set(key, value(value, run.budget())));
            run.exec(parsed.body(), scope);
            return run;
        } catch (JinjaError e) {
            throw new TemplateException(name, source, e);
        } catch (StackOverflowError e) {
            JinjaError limit = JinjaError.of(
                    TemplateException.Kind.LIMIT, "evaluation nests deeper than the stack of this thread allows");
            throw new TemplateException(name, source, limit);
        }
    }

    /** A Java value as the interpreter knows it; copied, so that the template cannot touch the caller's. */
    private static Object value(@Nullable Object value, Budget budget) {
        if (value == null) {
            return None.NONE;
        }
        if (value instanceof String || value instanceof Boolean || value instanceof Long || value instanceof Double) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float real) {
            return real.doubleValue();
        }
        if (value instanceof BigInteger big) {
            return Numbers.normal(big);
        }
        budget.enter();
        try {
            return container(value, budget);
        } finally {
            budget.leave();
        }
    }

    private static Object container(Object value, Budget budget) {
        if (value instanceof Iterable<?> items) {
            List<Object> list = new ArrayList<>();
            items.forEach(item -> list.add(value(item, budget)));
            return list;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> dict = new LinkedHashMap<>();
            map.forEach((key, item) -> dict.put(value(key, budget), value(item, budget)));
            return dict;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw JinjaError.runtime("a variable was a " + value.getClass().getSimpleName()
                + ", must be null, boolean, number, string, list or map");
    }
}
