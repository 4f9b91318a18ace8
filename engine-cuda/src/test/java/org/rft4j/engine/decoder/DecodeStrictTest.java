package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.TestEngine;

/** In strict mode a row gets the same tokens and log-probs, bit for bit, whoever is written beside it. Real sizes. */
class DecodeStrictTest {
    private static final int PROMPTS = 4;
    private static final int GROUP = 3;
    private static final int NEW_TOKENS = 40;
    private static final int MOST_ROWS = PROMPTS * GROUP;

    private final NativeScope scope = TestEngine.scope();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<DecoderConfig> sizes() {
        DecoderConfig stories15M = FreshDecoder.ofStories15M();
        DecoderConfig minimind2Small = DecoderConfig.builder()
                .vocabulary(6400)
                .width(512)
                .layers(8)
                .heads(8)
                .keyValueHeads(2)
                .inner(1408)
                .contextLength(32_768)
                .ropeTheta(1e6)
                .build();
        DecoderConfig stories260K = DecoderConfig.builder()
                .vocabulary(512)
                .width(64)
                .layers(5)
                .heads(8)
                .keyValueHeads(4)
                .inner(172)
                .build();
        return Stream.of(
                stories15M,
                minimind2Small,
                stories260K,
                sharingOneHead(1024, 48, 3, 172),
                sharingOneHead(1024, 112, 7, 173),
                sharingOneHead(1003, 84, 6, 173));
    }

    /** Sizes that leave something over wherever rows, heads and numbers are taken by fours or more. */
    private static DecoderConfig sharingOneHead(int vocabulary, int width, int heads, int inner) {
        return DecoderConfig.builder()
                .vocabulary(vocabulary)
                .width(width)
                .layers(4)
                .heads(heads)
                .keyValueHeads(1)
                .inner(inner)
                .build();
    }

    /** What a row of a prompt got. */
    private record Written(List<Long> tokens, List<Integer> logProbBits) {}

    @ParameterizedTest
    @MethodSource("sizes")
    void aRowIsTheSameBitForBitWhateverIsBesideIt(DecoderConfig config) {
        KeyedRandom random = Numbers.random("strict", config.width());
        Decoder decoder = FreshDecoder.create(config, random, scope.manager());
        int[] rows = new int[MOST_ROWS];
        Arrays.setAll(rows, row -> row);
        Map<Integer, Written> together = write(decoder, rows, MOST_ROWS, random);
        assertThat(together.values().stream().distinct().count())
                .as("different rows")
                .isEqualTo(MOST_ROWS);
        for (int row : new int[] {0, 4, 11}) {
            assertThat(write(decoder, new int[] {row}, 1, random)).containsEntry(row, together.get(row));
        }
        for (int round = 0; round < 3; round++) {
            KeyedRandom ofRound = random.derive("shuffle").derive(round);
            int[] some = IntStream.range(0, MOST_ROWS)
                    .boxed()
                    .sorted(Comparator.comparing(row -> ofRound.uniform(row)))
                    .limit(MOST_ROWS - 3L * round)
                    .mapToInt(Integer::intValue)
                    .toArray();
            Map<Integer, Written> others = write(decoder, some, 5, random);
            for (int row : some) {
                assertThat(others.get(row)).as("row %d, round %d", row, round).isEqualTo(together.get(row));
            }
        }
    }

    /** Writes rows in this order, so many at once; the next one comes when one has ended. */
    private static Map<Integer, Written> write(Decoder decoder, int[] rows, int atOnce, KeyedRandom random) {
        Map<Integer, Written> written = new LinkedHashMap<>();
        try (DecodeSession session = DecodeSession.open(
                decoder, DecodeOptions.ofRows(atOnce).withBlockTokens(32).strictly())) {
            Map<Integer, Prefix> prefixes = new LinkedHashMap<>();
            Map<Integer, DecodeRow> live = new LinkedHashMap<>();
            int next = 0;
            while (next < rows.length || !live.isEmpty()) {
                while (live.size() < atOnce && next < rows.length) {
                    int row = rows[next++];
                    Prefix prefix = prefixes.computeIfAbsent(
                            row / GROUP,
                            prompt -> session.prefill(List.of(prompt(decoder.config(), random, prompt)))
                                    .get(0));
                    live.put(row, session.admit(prefix));
                    written.put(row, new Written(new ArrayList<>(), new ArrayList<>()));
                }
                for (int ended : decode(session, live, written, random)) {
                    session.release(live.remove(ended));
                }
            }
        }
        return written;
    }

    /** Rows have between half and all of the new tokens, so that they end at different times. */
    private static List<Integer> decode(
            DecodeSession session, Map<Integer, DecodeRow> live, Map<Integer, Written> written, KeyedRandom random) {
        List<DecodeRequest.Row> request = new ArrayList<>();
        live.forEach((row, handle) -> {
            int total = NEW_TOKENS - row % 4 * 5;
            int done = written.get(row).tokens().size();
            double[] uniforms = random.derive("row").derive(row).uniforms(done, Math.min(7 + row % 3, total - done));
            request.add(new DecodeRequest.Row(handle, SamplingFilter.NONE, uniforms, List.of()));
        });
        List<DecodedRow> decoded = session.decode(new DecodeRequest(request, Math.min(2, request.size())));
        List<Integer> ended = new ArrayList<>();
        int index = 0;
        for (int row : live.keySet()) {
            DecodedRow got = decoded.get(index++);
            Arrays.stream(got.tokens()).forEach(written.get(row).tokens()::add);
            for (float logProb : got.logProbs()) {
                written.get(row).logProbBits().add(Float.floatToRawIntBits(logProb));
            }
            if (written.get(row).tokens().size() == NEW_TOKENS - row % 4 * 5) {
                ended.add(row);
            }
        }
        return ended;
    }

    private static long[] prompt(DecoderConfig config, KeyedRandom random, int prompt) {
        long[] ids = new long[3 + 17 * prompt];
        KeyedRandom ofPrompt = random.derive("prompt").derive(prompt);
        Arrays.setAll(ids, i -> Numbers.between(ofPrompt, i, 0, config.vocabulary() - 1));
        return ids;
    }
}
