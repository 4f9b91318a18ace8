package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.testing.TestModels;

class SampleTextTest {
    private static final int SEQUENCES = 300;
    private static final int LENGTH = 40;
    private static final int SMALL_IDS = 270;

    private static Tokenizer bytes;
    private static Tokenizer stories;

    @BeforeAll
    static void load() {
        bytes = Tokenizers.bytes();
        stories = Tokenizers.load(TestModels.storiesFolder());
    }

    @AfterAll
    static void free() {
        bytes.close();
        stories.close();
    }

    @Test
    void cutsAcrossTokens() {
        SampleText text = text(bytes, false, "END");
        assertThat(feed(text, "one EEN")).isFalse();
        assertThat(text.takeNew()).as("what may be the beginning is held back").isEqualTo("one E");
        assertThat(feed(text, "D")).isTrue();
        assertThat(text.takeNew()).isEmpty();
        text.end();
        assertThat(text.text()).isEqualTo("one E");
    }

    @Test
    void tellsWhatTurnedOutToBeNoStopString() {
        SampleText text = text(bytes, false, "END");
        assertThat(feed(text, "EN")).isFalse();
        assertThat(text.takeNew()).isEmpty();
        assertThat(feed(text, "!")).isFalse();
        assertThat(text.takeNew()).isEqualTo("EN!");
        assertThat(feed(text, "EN")).isFalse();
        text.end();
        assertThat(text.takeNew()).as("nothing more can come").isEqualTo("EN");
    }

    @Test
    void keepsTheStopStringIfAsked() {
        SampleText text = text(bytes, true, "</a>", "\n");
        assertThat(feed(text, "x</a>")).isTrue();
        assertThat(text.takeNew()).isEqualTo("x</a>");
        assertThat(text.text()).isEqualTo("x</a>");
    }

    @Test
    void endsInsideACharacterOfSeveralTokens() {
        SampleText text = text(bytes, false, "\uD83D\uDE00");
        List<Boolean> stopped = new ArrayList<>();
        for (byte octet : "a\uD83D\uDE00".getBytes(StandardCharsets.UTF_8)) {
            stopped.add(text.accept(octet & 0xFF, true));
        }
        assertThat(stopped).containsExactly(false, false, false, false, true);
        assertThat(text.text()).isEqualTo("a");
    }

    @Test
    void aRunOfByteTokensNeedNotEnd() {
        long newline = stories.idOf("<0x0A>").orElseThrow();
        long a = stories.idOf("\u2581a").orElseThrow();
        SampleText text = text(stories, false, "\n\n");
        assertThat(text.accept(a, true)).isFalse();
        assertThat(text.accept(newline, true)).isFalse();
        assertThat(text.accept(newline, true))
                .as("not only at the token behind it")
                .isTrue();
        assertThat(text.text()).isEqualTo("a");
    }

    @Test
    void whatComesTooEarlyIsPassedOver() {
        long newline = stories.idOf("<0x0A>").orElseThrow();
        long a = stories.idOf("\u2581a").orElseThrow();
        SampleText text = text(stories, false, "\n");
        assertThat(text.accept(newline, false)).isFalse();
        assertThat(text.accept(a, true)).as("the newline came before it").isFalse();
        assertThat(text.accept(newline, true)).isTrue();
        text.end();
        assertThat(text.text()).isEqualTo("\n a");
    }

    @Test
    void aCharacterThatIsCompletedInTimeCounts() {
        for (Tokenizer tokenizer : List.of(bytes, stories)) {
            for (String character : List.of("\u00E9", "\u3002", "\uD83D\uDE00")) {
                SampleText text = text(tokenizer, false, character);
                byte[] octets = character.getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < octets.length - 1; i++) {
                    assertThat(text.accept(idOf(tokenizer, octets[i]), false)).isFalse();
                }
                assertThat(text.accept(idOf(tokenizer, octets[octets.length - 1]), true))
                        .as("the last token of %s came late enough", character)
                        .isTrue();
                assertThat(text.text()).isEmpty();
            }
        }
    }

    private static long idOf(Tokenizer tokenizer, byte octet) {
        return tokenizer == bytes
                ? octet & 0xFF
                : stories.idOf(String.format(Locale.ROOT, "<0x%02X>", octet & 0xFF))
                        .orElseThrow();
    }

    @Test
    void specialTokensAreNoText() {
        SampleText text = text(bytes, false, "ab");
        assertThat(feed(text, "a")).isFalse();
        assertThat(text.accept(257, true)).isFalse();
        assertThat(feed(text, "b")).isTrue();
        assertThat(text.text()).isEmpty();
    }

    @Test
    void everyTextIsTheDecodedIdsUpToTheFirstStop() {
        KeyedRandom random = KeyedRandom.ofSeed(5);
        int[] stops = new int[1];
        for (int s = 0; s < SEQUENCES; s++) {
            compare(s % 2 == 0 ? bytes : stories, random.derive(s), s % 3 == 0, stops);
        }
        assertThat(stops[0]).isBetween(SEQUENCES / 10, SEQUENCES * 9 / 10);
    }

    /** Against decoding everything at every token. */
    private static void compare(Tokenizer tokenizer, KeyedRandom random, boolean keep, int[] stops) {
        long[] ids = new long[LENGTH];
        Arrays.setAll(ids, i -> (long) (random.uniform(i) * Math.min(SMALL_IDS, tokenizer.vocabularySize())));
        String whole = tokenizer.decode(ids, true);
        int characters = whole.codePointCount(0, whole.length());
        int from = whole.offsetByCodePoints(0, (int) (random.uniform(LENGTH) * (characters - 2)));
        String stop = whole.substring(from, whole.offsetByCodePoints(from, 1 + (int) (random.uniform(LENGTH + 1) * 2)));
        if (stop.contains("\uFFFD")) {
            return;
        }
        SampleText text = text(tokenizer, keep, stop);
        StringBuilder heard = new StringBuilder();
        String expected = null;
        for (int i = 0; i < LENGTH; i++) {
            boolean ended = text.accept(ids[i], true);
            heard.append(text.takeNew());
            String plain = tokenizer.decode(Arrays.copyOf(ids, i + 1), true);
            int at = plain.indexOf(stop);
            assertThat(ended).as("%s in %s", stop, plain).isEqualTo(at >= 0);
            if (ended) {
                expected = plain.substring(0, keep ? at + stop.length() : at);
                stops[0]++;
                break;
            }
        }
        text.end();
        heard.append(text.takeNew());
        assertThat(text.text()).isEqualTo(expected == null ? whole : expected).isEqualTo(heard.toString());
    }

    private static SampleText text(Tokenizer tokenizer, boolean keep, String... stops) {
        return new SampleText(tokenizer.incrementalDecoder(true), StopStrings.of(List.of(stops)), keep);
    }

    private static boolean feed(SampleText text, String letters) {
        boolean ended = false;
        for (byte octet : letters.getBytes(StandardCharsets.UTF_8)) {
            ended = text.accept(octet & 0xFF, true);
        }
        return ended;
    }
}
