package org.rft4j.rewards.judge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.engine.Check;

/**
 * A prompt with places, written {@code {{name}}}, for texts that nobody may trust. A text is put between two marks that carry a number made
 * from all texts of the prompt, so that no text can contain the mark that ends it, and whatever it says stays inside. Marks of chat
 * templates ({@code <|...|>}, {@code [INST]}) are broken up in it, because a tokenizer would take them for its own.
 */
public final class JudgePrompt {
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-zA-Z]+)}}");
    private static final Pattern TEMPLATE_MARK = Pattern.compile(
            "([<\\[])(?=[|\uFF5C])|(<)(?=/?(?:s|bos|eos|pad|unk|think|tool_call|tool_response|start_of_turn"
                    + "|end_of_turn)>|</?SYS>>)|(\\[)(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)])");

    private final String template;

    private JudgePrompt(String template) {
        this.template = template;
    }

    /**
     * A prompt of one's own.
     *
     * @param template text with places
     * @return the prompt
     */
    public static JudgePrompt of(String template) {
        return new JudgePrompt(template);
    }

    /** A prompt of this package. */
    static JudgePrompt resource(String name) {
        try (InputStream in = JudgePrompt.class.getResourceAsStream(name)) {
            Check.that(in != null, "prompt", name, "must be a resource of this package", "check the name");
            return new JudgePrompt(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fills the places: trusted texts as they stand, others fenced. */
    String fill(Map<String, String> trusted, Map<String, String> fenced) {
        String mark = mark(fenced);
        StringBuilder filled = new StringBuilder();
        Matcher places = PLACE.matcher(template);
        while (places.find()) {
            String name = places.group(1);
            Check.that(
                    trusted.containsKey(name) || fenced.containsKey(name),
                    "place in the prompt",
                    "{{" + name + "}}",
                    "must be one of " + new TreeMap<>(trusted).keySet() + " and " + new TreeMap<>(fenced).keySet(),
                    "correct the template");
            String text = trusted.containsKey(name)
                    ? trusted.get(name)
                    : "[BEGIN " + mark + "]\n" + defused(fenced.getOrDefault(name, "")) + "\n[END " + mark + "]";
            places.appendReplacement(filled, Matcher.quoteReplacement(text));
        }
        places.appendTail(filled);
        return filled.toString();
    }

    static String defused(String text) {
        return TEMPLATE_MARK.matcher(text).replaceAll(found -> Matcher.quoteReplacement(found.group() + " "));
    }

    private static String mark(Map<String, String> texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(texts).values().forEach(text -> digest.update(text.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
