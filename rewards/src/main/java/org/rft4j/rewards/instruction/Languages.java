package org.rft4j.rewards.instruction;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Guesses a text's language: from its script where that tells, else by the words that every text of a language is full of. For the
 * languages in {@code languages.txt}; a text in another one, or of few words, may be taken for a relative.
 */
public final class Languages {
    private static final Map<String, Known> KNOWN = read();

    private Languages() {}

    private record Known(UnicodeScript script, Set<String> words) {}

    /**
     * The most likely language.
     *
     * @param text some sentences
     * @return its ISO 639-1 code; empty where there are no letters, or no language is known that fits
     */
    public static Optional<String> of(String text) {
        Optional<UnicodeScript> script = script(text);
        if (script.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Integer> hits = new LinkedHashMap<>();
        KNOWN.forEach((code, known) -> {
            if (known.script() == script.get()) {
                hits.put(code, 0);
            }
        });
        for (String word : TextParts.words(text.toLowerCase(Locale.ROOT))) {
            hits.replaceAll((code, count) ->
                    count + (Objects.requireNonNull(KNOWN.get(code)).words().contains(word) ? 1 : 0));
        }
        if (hits.size() == 1) {
            return hits.keySet().stream().findFirst();
        }
        return hits.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .reduce((best, other) -> other.getValue() > best.getValue() ? other : best)
                .map(Map.Entry::getKey);
    }

    /** The script of most letters; Japanese is the mixture of its scripts. */
    private static Optional<UnicodeScript> script(String text) {
        Map<UnicodeScript, Integer> counts = new TreeMap<>();
        text.codePoints().filter(Character::isLetter).forEach(c -> counts.merge(UnicodeScript.of(c), 1, Integer::sum));
        int kana = counts.getOrDefault(UnicodeScript.HIRAGANA, 0) + counts.getOrDefault(UnicodeScript.KATAKANA, 0);
        if (kana > 0 && kana * 4 > counts.getOrDefault(UnicodeScript.HAN, 0)) {
            return Optional.of(UnicodeScript.HIRAGANA);
        }
        return counts.entrySet().stream()
                .reduce((best, other) -> other.getValue() > best.getValue() ? other : best)
                .map(Map.Entry::getKey);
    }

    /**
     * A sentence of a language, for self-checks.
     *
     * @param code its ISO 639-1 code
     * @return words that are common in it; empty if the language is not known
     */
    public static Optional<String> example(String code) {
        return Optional.ofNullable(KNOWN.get(code))
                .map(known -> String.join(" ", new java.util.TreeSet<>(known.words())) + ".");
    }

    private static Map<String, Known> read() {
        Map<String, Known> known = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(Languages.class.getResourceAsStream("languages.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" ");
                Set<String> words = new HashSet<>(Arrays.asList(parts).subList(2, parts.length));
                known.put(parts[0], new Known(UnicodeScript.forName(parts[1]), words));
            }
            return known;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
