package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.DecodedRow.State;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.TestEngine;

/** What a session holds, what it refuses, and what it says of unusable logits. */
class DecodeSessionLimitsTest {
    private static final int CONTEXT = 200;
    private static final int BLOCK = 16;
    private static final long[] PROMPT = {1, 2, 3, 4, 5};

    private final NativeScope scope = TestEngine.scope();
    private final Decoder decoder = RandomDecoder.of(
            withLearnedPositions(),
            Numbers.random("limits", 0),
            Precision.FP32,
            key -> false,
            key -> false,
            scope.manager());
    private final DecodeSession session =
            DecodeSession.open(decoder, DecodeOptions.ofRows(4).withBlockTokens(BLOCK));

    @AfterEach
    void free() {
        session.close();
        scope.close();
    }

    private static DecoderConfig withLearnedPositions() {
        DecoderConfig rotary =
                DecoderConfig.builder().vocabulary(40).width(16).untiedHead().build();
        return new DecoderConfig(
                rotary.vocabulary(),
                rotary.width(),
                rotary.layers(),
                CONTEXT,
                rotary.attention(),
                rotary.feedForward(),
                rotary.norms(),
                new PositionConfig.Learned(CONTEXT),
                rotary.head(),
                1,
                false);
    }

    private static DecodeRequest.Row request(DecodeRow row, int tokens) {
        double[] uniforms = Numbers.random("uniforms", row.length()).uniforms(0, tokens);
        return new DecodeRequest.Row(row, SamplingFilter.NONE, uniforms, List.of());
    }

    private DecodedRow decode(DecodeRow row, int tokens) {
        return session.decode(DecodeRequest.untilAllStop(List.of(request(row, tokens))))
                .get(0);
    }

    @Test
    void theCacheGrowsBlockByBlockAndShrinksWithItsRows() {
        Prefix prefix = session.prefill(List.of(PROMPT)).get(0);
        long perToken = session.statistics().bytesPerToken();
        assertThat(perToken).isEqualTo(2L * 2 * 16 * 4);
        assertThat(session.statistics().cacheBytes()).isEqualTo(4 * perToken);
        List<DecodeRow> rows = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            rows.add(session.admit(prefix));
        }
        int written = 0;
        for (int tokens : new int[] {10, 6, 1, 15, 40}) {
            session.decode(DecodeRequest.untilAllStop(
                    rows.stream().map(row -> request(row, tokens)).toList()));
            written += tokens;
            DecodeStatistics statistics = session.statistics();
            assertThat(statistics.liveTokens()).isEqualTo(4 + 4L * written);
            int places = (written + BLOCK - 1) / BLOCK * BLOCK;
            assertThat(statistics.cacheBytes()).as("after %d tokens", written).isEqualTo((4 + 4L * places) * perToken);
        }
        session.release(rows.remove(1));
        session.release(rows.remove(1));
        assertThat(session.statistics().cacheBytes()).isEqualTo((4 + 2L * 80) * perToken);
        session.release(prefix);
        rows.forEach(session::release);
        rows.forEach(session::release);
        assertThat(session.statistics().cacheBytes()).isZero();
        assertThat(session.statistics().liveTokens()).isZero();
    }

    @Test
    void longRowsHoldLittleMoreThanTheirTokens() {
        List<DecodeRequest.Row> rows = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            DecodeRow row =
                    session.take(session.prefill(List.of(new long[40 + 11 * i])).get(0));
            rows.add(request(row, 80));
        }
        session.decode(DecodeRequest.untilAllStop(rows));
        DecodeStatistics statistics = session.statistics();
        assertThat((double) statistics.cacheBytes() / statistics.liveTokens())
                .isBetween(1.0 * statistics.bytesPerToken(), 1.1 * statistics.bytesPerToken());
    }

    @Test
    void nothingIsLeftAfterManySessionsAndSteps() {
        long before = NativeMemory.liveArrays(TestEngine.engine().manager());
        for (int round = 0; round < 200; round++) {
            DecodeSession many =
                    DecodeSession.open(decoder, DecodeOptions.ofRows(3).withBlockTokens(BLOCK));
            List<Prefix> prefixes = many.prefill(List.of(PROMPT, new long[] {7}));
            DecodeRow ended = many.admit(prefixes.get(0));
            DecodeRow shared = many.admit(prefixes.get(0));
            DecodeRow alone = many.take(prefixes.get(1));
            many.decode(new DecodeRequest(List.of(request(ended, 3), request(shared, 10), request(alone, 10)), 1));
            many.extend(shared, PROMPT);
            many.release(ended);
            many.decode(DecodeRequest.untilAllStop(List.of(request(shared, 10), request(alone, 7))));
            if (round % 2 == 0) {
                many.release(prefixes.get(0));
                many.release(shared);
            }
            many.close();
        }
        assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(before);
    }

    @Test
    void aSessionOutlivesTheScopeThatItIsOpenedIn() {
        DecodeSession outer;
        DecodeRow row;
        try (NativeScope inner = TestEngine.engine().openScope()) {
            inner.manager().create(1f);
            outer = DecodeSession.open(decoder, DecodeOptions.ofRows(1));
            row = outer.take(outer.prefill(List.of(PROMPT)).get(0));
            outer.decode(DecodeRequest.untilAllStop(List.of(request(row, 3))));
        }
        assertThat(outer.decode(DecodeRequest.untilAllStop(List.of(request(row, 3))))
                        .get(0)
                        .tokens())
                .hasSize(3);
        outer.close();
    }

    @Test
    void rowsThatMeetUnusableLogitsBreakAndOthersGoOn() {
        DecodeRow broken = session.take(session.prefill(List.of(PROMPT)).get(0));
        DecodeRow fine =
                session.take(session.prefill(List.of(new long[] {6, 8})).get(0));
        decoder.weights().get(WeightKey.of(WeightRole.EMBEDDING)).set(new NDIndex("5,:"), Float.NaN);
        List<DecodedRow> decoded = session.decode(
                DecodeRequest.untilAllStop(List.of(request(broken, 4), request(fine, 1), request(fineToo(), 4))));
        assertThat(decoded.get(0).state()).isEqualTo(DecodedRow.State.BROKEN);
        assertThat(decoded.get(0).tokens()).isEmpty();
        assertThat(decoded.get(1).state()).isEqualTo(DecodedRow.State.RUNNING);
        assertThat(decoded.get(1).tokens()).hasSize(1);
        assertThat(broken.tokens()).isEqualTo(PROMPT);
    }

    @Test
    void whatABrokenRowLeavesBehindBreaksNobody() {
        decoder.weights().get(WeightKey.of(WeightRole.EMBEDDING)).set(new NDIndex("5,:"), Float.NaN);
        long[] bad = new long[28];
        bad[25] = 5;
        DecodeRow moves = session.take(session.prefill(List.of(new long[18])).get(0));
        decode(moves, 2);
        DecodeRow broken = session.take(session.prefill(List.of(bad)).get(0));
        assertThat(decode(broken, 1).state()).isEqualTo(State.BROKEN);
        session.release(broken);
        assertThat(decode(moves, 2).state()).as("has moved into its place").isEqualTo(State.RUNNING);
    }

    private DecodeRow fineToo() {
        return session.take(session.prefill(List.of(new long[] {9, 9, 9})).get(0));
    }

    @Test
    void fullContextIsRefusedBeforeItIsReached() {
        DecodeRow row =
                session.take(session.prefill(List.of(new long[CONTEXT - 2])).get(0));
        String rule = ", must be at most the length that the model is set up for, 200; ";
        assertRefused(() -> decode(row, 3), "length of a sequence was 201" + rule + "ask for fewer tokens");
        assertRefused(
                () -> session.extend(row, new long[3]), "length of a sequence was 201" + rule + "append fewer tokens");
        assertRefused(
                () -> session.prefill(List.of(new long[CONTEXT + 1])),
                "length of a sequence was 201" + rule + "cut the prompt");
        assertThat(decode(row, 2).tokens()).hasSize(2);
        assertThat(row.length()).isEqualTo(CONTEXT);
        assertThat(session.statistics().steps()).isEqualTo(2);
    }

    @Test
    void badInputIsRefused() {
        assertRefused(
                () -> session.prefill(List.of(new long[0])),
                "prompt was empty, must have at least one token; begin with the start token");
        assertRefused(
                () -> session.prefill(List.of(new long[] {1, 40})),
                "token 1 of the prompt was 40, must be at least 0 and below the vocabulary size 40;"
                        + " check that tokenizer and model belong together");
        Prefix prefix = session.prefill(List.of(PROMPT)).get(0);
        DecodeRow row = session.admit(prefix);
        assertRefused(
                () -> session.extend(row, new long[] {-1}),
                "token 0 of the tokens to append was -1, must be at least 0 and below the vocabulary size 40;"
                        + " check that tokenizer and model belong together");
        for (int i = 0; i < 3; i++) {
            session.admit(prefix);
        }
        assertRefused(
                () -> session.admit(prefix), "number of rows was 5, must be at most maxRows 4; release a row first");
        session.release(prefix);
        assertRefused(
                () -> session.admit(prefix),
                "prefix was released, must be one that this session holds; read the prompt again");
        session.release(row);
        assertRefused(() -> decode(row, 1), "row was released, must be one that this session holds; admit it first");
    }

    @Test
    void badRequestsAreRefused() {
        DecodeRow row = session.admit(session.prefill(List.of(PROMPT)).get(0));
        assertRefused(
                () -> new DecodeRequest(List.of(), 1),
                "rows to continue was none, must be at least one; skip empty batches");
        DecodeRequest.Row one = request(row, 1);
        assertRefused(
                () -> DecodeRequest.untilAllStop(List.of(one, one)),
                "rows to continue was one of them twice, must be different rows; draw its tokens one after the other");
        assertRefused(
                () -> new DecodeRequest(List.of(one), 0),
                "returnAfterStopped was 0, must be at least 1; use the number of rows to wait for all of them");
        for (double u : new double[] {1, -0.1, Double.NaN}) {
            assertRefused(
                    () -> new DecodeRequest.Row(row, SamplingFilter.NONE, new double[] {u}, List.of()),
                    "uniform was " + u + ", must be at least 0 and below 1; draw it from a generator");
        }
        assertRefused(
                () -> new DecodeRequest.Row(row, SamplingFilter.NONE, new double[0], List.of()),
                "uniforms was 0 numbers, must be at least 1; draw one per new token");
    }

    @Test
    void aClosedSessionIsRefused() {
        Prefix prefix = session.prefill(List.of(PROMPT)).get(0);
        DecodeRow row = session.admit(prefix);
        session.close();
        String message = "session was closed, or left by a call that failed, must be open; open another one";
        assertRefused(() -> session.prefill(List.of(PROMPT)), message);
        assertRefused(() -> session.admit(prefix), message);
        assertRefused(() -> session.extend(row, PROMPT), message);
        assertRefused(() -> decode(row, 1), message);
    }

    @Test
    void rowsAndPrefixesOfAnotherSessionAreRefused() {
        try (DecodeSession other = DecodeSession.open(decoder, DecodeOptions.ofRows(1))) {
            Prefix prefix = other.prefill(List.of(PROMPT)).get(0);
            assertRefused(
                    () -> session.admit(prefix),
                    "prefix was released, must be one that this session holds; read the prompt again");
            session.release(prefix);
            DecodeRow row = other.admit(prefix);
            assertRefused(
                    () -> decode(row, 1), "row was released, must be one that this session holds; admit it first");
        }
    }

    @Test
    void weightsOfTwoBytesWork() {
        Decoder narrow = RandomDecoder.of(
                withLearnedPositions(),
                Numbers.random("limits", 0),
                Precision.BF16,
                key -> false,
                key -> key.layer() == 1,
                scope.manager());
        try (DecodeSession bf16 =
                DecodeSession.open(narrow, DecodeOptions.ofRows(2).withBlockTokens(BLOCK))) {
            assertThat(bf16.statistics().bytesPerToken()).isEqualTo(2L * 2 * 16 * 2);
            Prefix prefix = bf16.prefill(List.of(PROMPT)).get(0);
            List<DecodedRow> decoded = bf16.decode(DecodeRequest.untilAllStop(
                    List.of(request(bf16.admit(prefix), 20), request(bf16.take(prefix), 18))));
            assertThat(decoded).allMatch(row -> row.state() == DecodedRow.State.RUNNING);
            assertThat(decoded.get(0).tokens()).startsWith(decoded.get(1).tokens());
        }
    }

    @Test
    void badOptionsAreRefused() {
        assertRefused(
                () -> DecodeOptions.ofRows(0),
                "maxRows was 0, must be at least 1 and at most 65536; 32 suits a processor of few cores");
        assertRefused(
                () -> DecodeOptions.ofRows(1).withBlockTokens(24),
                "blockTokens was 24, must be a positive multiple of 16, at most 65536; use 64");
        assertRefused(
                () -> DecodeSession.open(decoder, DecodeOptions.ofRows(1).withUsableTokens(41)),
                "usableTokens was 41, must be at least 0 and at most the model's vocabulary size 40;"
                        + " pass the tokenizer's vocabulary size, or 0 to draw from all");
        assertRefused(
                () -> DecodeOptions.ofRows(1).withUsableTokens(-1),
                "usableTokens was -1, must be at least 0; use 0 to draw from all");
    }

    @Test
    void widthsThatRoundDifferentlyInOtherCompanyAreNotStrict() {
        DecoderConfig odd = DecoderConfig.builder()
                .vocabulary(40)
                .width(6)
                .heads(1)
                .keyValueHeads(1)
                .build();
        Decoder narrow = RandomDecoder.of(
                odd, Numbers.random("odd", 0), Precision.FP32, key -> false, key -> false, scope.manager());
        assertRefused(
                () -> DecodeSession.open(narrow, DecodeOptions.ofRows(1).strictly()),
                "width of the model was 6, must be a multiple of 4 for a strict session;"
                        + " use a session that is not strict");
    }

    @Test
    void timesAreTakenOnlyWhenWanted() {
        decode(session.take(session.prefill(List.of(PROMPT)).get(0)), 5);
        assertThat(session.statistics().times()).isEqualTo(new DecodeStatistics.Times(0, 0, 0, 0));
        try (DecodeSession timed =
                DecodeSession.open(decoder, DecodeOptions.ofRows(1).withTimes())) {
            DecodeRow row = timed.take(timed.prefill(List.of(PROMPT)).get(0));
            timed.decode(DecodeRequest.untilAllStop(List.of(request(row, 5))));
            DecodeStatistics.Times times = timed.statistics().times();
            assertThat(List.of(times.attention(), times.body(), times.head(), times.drawing()))
                    .allMatch(seconds -> seconds > 0 && seconds < 60);
        }
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessage(message);
    }
}
