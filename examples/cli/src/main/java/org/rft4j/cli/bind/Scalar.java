package org.rft4j.cli.bind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.rft4j.engine.DeviceChoice;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.exact.Rational;

/**
 * A type of single values.
 *
 * @param classes that have it
 * @param label for a table of keys
 * @param wayOut an example of one
 * @param reader empty for what is none
 * @param writer back to YAML
 */
record Scalar(
        List<Class<?>> classes,
        String label,
        String wayOut,
        Function<JsonNode, Optional<?>> reader,
        Function<Object, JsonNode> writer) {
    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d{1,18}");

    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d+(\\.\\d*)?([eE][-+]?\\d+)?");

    private static final List<Scalar> ALL = List.of(
            new Scalar(
                    List.of(boolean.class, Boolean.class),
                    "true or false",
                    "write true or false",
                    node -> node.isBoolean() ? Optional.of(node.booleanValue()) : Optional.empty(),
                    value -> BooleanNode.valueOf((Boolean) value)),
            new Scalar(
                    List.of(int.class, Integer.class),
                    "whole number",
                    "write a number such as 8",
                    node -> whole(node)
                            .filter(value -> value == value.intValue())
                            .map(Long::intValue),
                    value -> LongNode.valueOf((Integer) value)),
            new Scalar(
                    List.of(long.class, Long.class),
                    "whole number",
                    "write a number such as 8",
                    Scalar::whole,
                    value -> LongNode.valueOf((Long) value)),
            new Scalar(
                    List.of(double.class, Double.class),
                    "number",
                    "write a number such as 0.1, 1e-5 or infinity",
                    Scalar::number,
                    value -> value.equals(Double.POSITIVE_INFINITY)
                            ? TextNode.valueOf("infinity")
                            : DoubleNode.valueOf((Double) value)),
            new Scalar(
                    List.of(Rational.class),
                    "number",
                    "write a number such as 0.01",
                    node -> decimal(node).map(Rational::of),
                    value -> DecimalNode.valueOf(((Rational) value).decimal(MathContext.DECIMAL64))),
            ofText(String.class, "text", "put it in quotes", text -> text, value -> value),
            ofText(Path.class, "path", "write a path in quotes", Path::of, Path::toString),
            ofText(
                    Pattern.class,
                    "regular expression",
                    "write one in single quotes",
                    Pattern::compile,
                    Pattern::pattern),
            ofText(DeviceChoice.class, "device", "write cpu, cuda:0 or auto", DeviceChoice::parse, Object::toString),
            new Scalar(
                    List.of(Duration.class),
                    "seconds",
                    "write a number of seconds such as 30",
                    node -> number(node).map(seconds -> Duration.ofMillis(Math.round(1000 * seconds))),
                    value -> DoubleNode.valueOf(((Duration) value).toMillis() / 1000.0)));

    static Optional<Scalar> of(Class<?> type) {
        return ALL.stream().filter(one -> one.classes.contains(type)).findFirst();
    }

    private static <T> Scalar ofText(
            Class<T> type, String label, String wayOut, Function<String, T> reader, Function<T, String> writer) {
        return new Scalar(
                List.of(type),
                label,
                wayOut,
                node -> node.isTextual() ? parsed(node.textValue(), reader) : Optional.empty(),
                value -> TextNode.valueOf(writer.apply(type.cast(value))));
    }

    private static <T> Optional<T> parsed(String text, Function<String, T> reader) {
        try {
            return Optional.of(reader.apply(text));
        } catch (PatternSyntaxException | InvalidPathException | InvalidInputException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> whole(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return Optional.of(node.longValue());
        }
        return node.isTextual() && WHOLE.matcher(node.textValue()).matches()
                ? Optional.of(Long.parseLong(node.textValue()))
                : Optional.empty();
    }

    /** YAML 1.1 takes 1e-5 for a text, because it has no point. */
    private static Optional<Double> number(JsonNode node) {
        if (node.isNumber()) {
            return Optional.of(node.doubleValue());
        }
        String text = node.isTextual() ? node.textValue().toLowerCase(Locale.ROOT) : "";
        if (text.equals("infinity") || text.equals(".inf")) {
            return Optional.of(Double.POSITIVE_INFINITY);
        }
        return NUMBER.matcher(text).matches() ? Optional.of(Double.parseDouble(text)) : Optional.empty();
    }

    private static Optional<BigDecimal> decimal(JsonNode node) {
        boolean number = node.isNumber() || NUMBER.matcher(node.asText()).matches();
        return number ? Optional.of(new BigDecimal(node.asText())) : Optional.empty();
    }
}
