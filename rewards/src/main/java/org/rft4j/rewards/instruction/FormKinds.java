package org.rft4j.rewards.instruction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Marks, lists, sections, quotes, JSON. */
final class FormKinds {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final List<String> CHOICES = List.of("My answer is yes.", "My answer is no.", "My answer is maybe.");
    /** Blanks before a mark may not be line breaks: a run of empty lines would be read again from each of them. */
    private static final int LINES = Pattern.MULTILINE | Pattern.UNIX_LINES;

    private static final Pattern STARS = Pattern.compile("^[^\\S\\n]*\\*[^*].*$", LINES);
    private static final Pattern DASHES = Pattern.compile("^[^\\S\\n]*-.*$", LINES);
    private static final Pattern HIGHLIGHT = Pattern.compile("\\*[^\\n*]*\\*");
    private static final Pattern DOUBLE_HIGHLIGHT = Pattern.compile("\\*\\*[^\\n*]*\\*\\*");

    /** What a breaking text has too much, so that it still breaks the rule without its first and last line. */
    static final int LOOSE = 3;

    private FormKinds() {}

    static Constraint placeholders(String id, Arguments arguments) {
        int number = arguments.number("num_placeholders");
        return new Constraint(
                id,
                "Use at least " + number + " placeholders in square brackets",
                text -> TextParts.bracketed(text) >= number,
                "[name] ".repeat(number),
                "[name] ".repeat(Math.max(0, number - 1)));
    }

    static Constraint postscript(String id, Arguments arguments) {
        String marker = arguments.text("postscript_marker").strip();
        String pattern = switch (marker) {
            case "P.P.S" -> "p\\.\\s?p\\.\\s?s";
            case "P.S." -> "p\\.\\s?s\\.";
            default -> Pattern.quote(marker.toLowerCase(Locale.ROOT));
        };
        Pattern compiled = Pattern.compile(pattern);
        return new Constraint(
                id,
                "Add a postscript that begins with " + marker,
                text -> compiled.matcher(text.toLowerCase(Locale.ROOT)).find(),
                "That is all.\n" + marker + " Nearly all",
                "That is all");
    }

    static Constraint bullets(String id, Arguments arguments) {
        int number = arguments.number("num_bullets");
        return new Constraint(
                id,
                "Write exactly " + number + " bullet points",
                text -> KeywordKinds.count(text, STARS) + KeywordKinds.count(text, DASHES) == number,
                "* point\n".repeat(number),
                "* point\n".repeat(number + LOOSE));
    }

    static Constraint choice(String id, Arguments arguments) {
        return new Constraint(
                id,
                "Answer with one of " + CHOICES,
                text -> CHOICES.stream().anyMatch(text::contains),
                CHOICES.get(2),
                "Perhaps.");
    }

    static Constraint highlights(String id, Arguments arguments) {
        int number = arguments.number("num_highlights");
        return new Constraint(
                id,
                "Highlight at least " + number + " sections *like this*",
                text -> filled(text, HIGHLIGHT) + filled(text, DOUBLE_HIGHLIGHT) >= number,
                "*this* and ".repeat(number),
                "*this* and ".repeat(Math.max(0, number - 1)));
    }

    private static long filled(String text, Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        long count = 0;
        while (matcher.find()) {
            count += matcher.group().replace("*", "").isBlank() ? 0 : 1;
        }
        return count;
    }

    static Constraint sections(String id, Arguments arguments) {
        int number = arguments.number("num_sections");
        String mark = arguments.text("section_spliter").strip();
        Pattern pattern = Pattern.compile("\\s?" + Pattern.quote(mark) + "\\s?\\d+\\s?");
        StringBuilder keeping = new StringBuilder();
        for (int i = 1; i <= number; i++) {
            keeping.append(mark).append(' ').append(i).append("\nSome text\n");
        }
        return new Constraint(
                id,
                "Write at least " + number + " sections, each beginning with " + mark + " and its number",
                text -> KeywordKinds.count(text, pattern) >= number,
                keeping.toString(),
                mark + " A\nSome text");
    }

    static Constraint json(String id, Arguments arguments) {
        return new Constraint(id, "Write all of it as JSON", FormKinds::isJson, "{\"answer\": 4}", "The answer is 4");
    }

    private static boolean isJson(String text) {
        String inner = text.strip()
                .replaceFirst("^```(?:json|Json|JSON)?", "")
                .replaceFirst("```$", "")
                .strip();
        try {
            return !JSON.readTree(inner).isMissingNode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    static Constraint title(String id, Arguments arguments) {
        return new Constraint(
                id,
                "Give a title <<like this>>",
                text -> text.lines().anyMatch(FormKinds::hasTitle),
                "<<A title>>\nText",
                "A title\nText");
    }

    private static boolean hasTitle(String line) {
        int open = line.indexOf("<<");
        int close = line.lastIndexOf(">>");
        return open >= 0
                && close > open + 2
                && !TextParts.without(TextParts.without(line.substring(open, close), '<'), '>')
                        .isBlank();
    }

    static Constraint twoResponses(String id, Arguments arguments) {
        return new Constraint(
                id,
                "Give two different answers, separated by ******",
                FormKinds::areTwo,
                "One answer\n******\nAnother answer",
                "The same\n******\nThe same");
    }

    private static boolean areTwo(String text) {
        String[] parts = text.split("\\*\\*\\*\\*\\*\\*", -1);
        List<String> answers = new java.util.ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].isBlank()) {
                answers.add(parts[i].strip());
            } else if (i > 0 && i < parts.length - 1) {
                return false;
            }
        }
        return answers.size() == 2 && !answers.get(0).equals(answers.get(1));
    }

    static Constraint repeatPrompt(String id, Arguments arguments) {
        String prompt = arguments.text("prompt_to_repeat").strip().toLowerCase(Locale.ROOT);
        return new Constraint(
                id,
                "First repeat the request word for word",
                text -> text.strip().toLowerCase(Locale.ROOT).startsWith(prompt),
                prompt + "\nAnd here is the answer",
                "Here is the answer");
    }

    static Constraint end(String id, Arguments arguments) {
        String phrase = arguments.text("end_phrase").strip().toLowerCase(Locale.ROOT);
        return new Constraint(
                id,
                "End with the words '" + phrase + "'",
                text -> TextParts.without(text.strip(), '"')
                        .toLowerCase(Locale.ROOT)
                        .endsWith(phrase),
                "So it is. " + phrase,
                "So it is");
    }

    static Constraint quotation(String id, Arguments arguments) {
        return new Constraint(
                id,
                "Put all of it in double quotation marks",
                text -> text.strip().length() > 1
                        && text.strip().startsWith("\"")
                        && text.strip().endsWith("\""),
                "\"All of it\"",
                "\"Not\" all of it");
    }
}
