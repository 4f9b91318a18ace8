package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.random.KeyedRandom;

class StopStringsTest {
    private static final int TEXTS = 500;
    private static final int LENGTH = 30;

    private record Found(int end, int length) {}

    @Test
    void findsWhatEndsFirst() {
        assertThat(first("xx END", "END", "x E")).isEqualTo(new Found(4, 3));
        assertThat(first("aab", "ab")).isEqualTo(new Found(3, 2));
        assertThat(first("abcabd", "abd")).isEqualTo(new Found(6, 3));
        assertThat(first("nothing", "END")).isNull();
    }

    @Test
    void ofThoseThatEndTogetherTheLongestCounts() {
        assertThat(first("say stop", "op", "stop", "top")).isEqualTo(new Found(8, 4));
        assertThat(first("a stop", "p", "stop")).isEqualTo(new Found(6, 4));
    }

    @Test
    void holdsWhatMayBeTheBeginning() {
        StopStrings stops = StopStrings.of(List.of("END", "NDx"));
        int state = StopStrings.START;
        List<Integer> held = new ArrayList<>();
        for (char c : "aEENeND".toCharArray()) {
            state = stops.next(state, c);
            held.add(stops.held(state));
        }
        assertThat(held).containsExactly(0, 1, 1, 2, 0, 1, 2);
        assertThat(StopStrings.of(List.of()).isEmpty()).isTrue();
        assertThat(stops.isEmpty()).isFalse();
    }

    @Test
    void agreesWithLookingForEachString() {
        KeyedRandom random = KeyedRandom.ofSeed(3);
        int found = 0;
        for (int t = 0; t < TEXTS; t++) {
            KeyedRandom own = random.derive(t);
            List<String> strings = new ArrayList<>();
            for (int s = 0; s <= t % 4; s++) {
                strings.add(letters(own.derive("string").derive(s), 1 + (int) (own.uniform(s) * 5)));
            }
            String text = letters(own.derive("text"), LENGTH);
            Found expected = plainly(text, strings);
            assertThat(first(text, strings.toArray(String[]::new)))
                    .as("%s in %s", strings, text)
                    .isEqualTo(expected);
            found += expected == null ? 0 : 1;
        }
        assertThat(found).as("both outcomes are seen").isBetween(TEXTS / 10, TEXTS * 19 / 20);
    }

    private static Found first(String text, String... strings) {
        StopStrings stops = StopStrings.of(List.of(strings));
        int state = StopStrings.START;
        for (int i = 0; i < text.length(); i++) {
            state = stops.next(state, text.charAt(i));
            if (stops.matched(state) > 0) {
                return new Found(i + 1, stops.matched(state));
            }
        }
        return null;
    }

    private static Found plainly(String text, List<String> strings) {
        for (int end = 1; end <= text.length(); end++) {
            int longest = 0;
            for (String string : strings) {
                longest = text.substring(0, end).endsWith(string) ? Math.max(longest, string.length()) : longest;
            }
            if (longest > 0) {
                return new Found(end, longest);
            }
        }
        return null;
    }

    private static String letters(KeyedRandom random, int length) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < length; i++) {
            letters.append((char) ('a' + (int) (random.uniform(i) * 3)));
        }
        return letters.toString();
    }
}
