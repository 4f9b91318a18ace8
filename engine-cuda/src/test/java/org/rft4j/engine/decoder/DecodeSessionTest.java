package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenRules;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.TestEngine;

/** Rows that come and go, over configurations that draw every option of a decoder, against rows that are read anew for every token. */
class DecodeSessionTest {
    private static final double RTOL_CACHE = 1e-4;
    private static final int CONTEXT = 64;
    private static final int VOCABULARY = 64;
    private static final int MOST_ROWS = 5;
    private static final int ROUNDS = 8;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
    void rowsThatComeAndGoEqualRowsReadAnew(int number) {
        KeyedRandom random = Numbers.random("session", number);
        Decoder decoder = decoder(random);
        DecodeOptions options = DecodeOptions.ofRows(MOST_ROWS).withBlockTokens(16);
        try (DecodeSession session = DecodeSession.open(
                decoder, number % 4 == 3 && decoder.config().width() % 4 == 0 ? options.strictly() : options)) {
            Simulation simulation = new Simulation(session, decoder);
            for (int round = 0; round < ROUNDS; round++) {
                simulation.round(random.derive("round").derive(round));
            }
            assertThat(simulation.compared).as("tokens compared").isGreaterThan(60);
        }
    }

    private Decoder decoder(KeyedRandom random) {
        DecoderConfig drawn = DecoderFamiliesTest.config(random);
        PositionConfig positions = drawn.positions() instanceof PositionConfig.Learned
                ? new PositionConfig.Learned(CONTEXT)
                : drawn.positions();
        DecoderConfig config = new DecoderConfig(
                VOCABULARY,
                drawn.width(),
                drawn.layers(),
                CONTEXT,
                drawn.attention(),
                drawn.feedForward(),
                drawn.norms(),
                positions,
                drawn.head(),
                drawn.embeddingScale(),
                drawn.transposed());
        boolean lora = random.derive("lora").uniform(0) < 0.5;
        return RandomDecoder.of(
                config,
                random,
                Precision.FP32,
                key -> false,
                key -> lora && random.derive(key + " has a pair").uniform(0) < 0.5,
                manager);
    }

    /** The session beside plain rows. */
    private static final class Simulation {
        private final DecodeSession session;
        private final Decoder decoder;
        private final Map<DecodeRow, PlainRow> rows = new LinkedHashMap<>();
        private int compared;

        Simulation(DecodeSession session, Decoder decoder) {
            this.session = session;
            this.decoder = decoder;
        }

        /** Some rows leave, as many new ones come, some get given tokens, and most are continued. */
        void round(KeyedRandom random) {
            for (DecodeRow row : List.copyOf(rows.keySet())) {
                boolean full = row.length() > CONTEXT - 20;
                if (full || chance(random, "leaves " + row.length(), 0.25)) {
                    session.release(row);
                    rows.remove(row);
                }
            }
            admit(random);
            int index = 0;
            for (Map.Entry<DecodeRow, PlainRow> entry : rows.entrySet()) {
                if (chance(random, "is told " + index, 0.2)) {
                    long[] given = tokens(random.derive("given").derive(index), 1 + index % 3);
                    session.extend(entry.getKey(), given);
                    entry.getValue().extend(given);
                }
                index++;
            }
            decode(random);
        }

        private void admit(KeyedRandom random) {
            int group = 0;
            while (rows.size() < MOST_ROWS) {
                KeyedRandom ofGroup = random.derive("group").derive(group++);
                long[] prompt = tokens(ofGroup, Numbers.between(ofGroup.derive("length"), 0, 1, 20));
                Prefix prefix =
                        session.prefill(List.of(prompt, new long[] {1, 2})).get(0);
                int members = Math.min(MOST_ROWS - rows.size(), Numbers.between(ofGroup.derive("members"), 0, 1, 3));
                for (int i = 0; i < members; i++) {
                    DecodeRow row = i < members - 1 ? session.admit(prefix) : session.take(prefix);
                    rows.put(row, new PlainRow(decoder, prompt, TestEngine.engine()));
                }
            }
        }

        private void decode(KeyedRandom random) {
            List<DecodeRequest.Row> request = new ArrayList<>();
            int index = 0;
            for (DecodeRow row : rows.keySet()) {
                KeyedRandom ofRow = random.derive("row").derive(index++);
                if (request.isEmpty() || !chance(ofRow, "pauses", 0.2)) {
                    double[] uniforms = ofRow.uniforms(0, Numbers.between(ofRow.derive("count"), 0, 1, 12));
                    SamplingFilter filter =
                            FILTERS.get(Numbers.between(ofRow.derive("filter"), 0, 0, FILTERS.size() - 1));
                    TokenRules rules = RULES.get(Numbers.between(ofRow.derive("rules"), 0, 0, RULES.size() - 1));
                    request.add(new DecodeRequest.Row(row, filter, rules, uniforms, ENDS));
                }
            }
            int returnAfter = Numbers.between(random.derive("return after"), 0, 1, request.size());
            List<DecodedRow> decoded = session.decode(new DecodeRequest(request, returnAfter));
            int stopped = 0;
            for (int i = 0; i < decoded.size(); i++) {
                stopped += compare(request.get(i), decoded.get(i)) ? 1 : 0;
            }
            assertThat(stopped).isGreaterThanOrEqualTo(returnAfter);
        }

        private boolean compare(DecodeRequest.Row request, DecodedRow decoded) {
            PlainRow plain = rows.get(request.row());
            int before = plain.logProbs().size();
            long[] tokens = decoded.tokens();
            for (int i = 0; i < tokens.length; i++) {
                long expected = plain.next(request.filter(), request.rules(), request.uniforms()[i]);
                assertThat(tokens[i]).as("token %d of %d", i, tokens.length).isEqualTo(expected);
                boolean last = i == tokens.length - 1;
                boolean ends = request.endIds().contains(expected);
                assertThat(ends).isEqualTo(last && decoded.state() == DecodedRow.State.ENDED);
            }
            assertThat(request.row().tokens()).isEqualTo(plain.text());
            double[] expected = plain
                    .logProbs()
                    .subList(before, plain.logProbs().size())
                    .stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            double[] actual = new double[tokens.length];
            Arrays.setAll(actual, i -> decoded.logProbs()[i]);
            assertClose("log-probs", actual, expected, RTOL_CACHE);
            compared += tokens.length;
            return decoded.state() == DecodedRow.State.ENDED || tokens.length == request.uniforms().length;
        }

        private static final List<SamplingFilter> FILTERS = List.of(
                SamplingFilter.NONE,
                SamplingFilter.temperature(0),
                new SamplingFilter(0.7, 12, 0.9, 0.01, 1),
                new SamplingFilter(1.5, 0, 1, 0, 1.3),
                SamplingFilter.temperature(0).withPenalties(0.5, 0.7),
                new SamplingFilter(0.9, 20, 0.95, 0.01, 1.2).withPenalties(-0.5, 0.9));

        private static final List<Long> ENDS = List.of(3L, 17L, 30L);

        private static final List<TokenRules> RULES = List.of(
                TokenRules.NONE,
                new TokenRules(Map.of(3L, 3.0), 4, ENDS),
                new TokenRules(Map.of(5L, 2.0, 17L, 2.5, 63L, -4.0), 7, ENDS),
                new TokenRules(Map.of(8L, 1.5), 0, List.of()));

        private static boolean chance(KeyedRandom random, String what, double probability) {
            return random.derive(what).uniform(0) < probability;
        }

        private static long[] tokens(KeyedRandom random, int count) {
            long[] tokens = new long[count];
            Arrays.setAll(tokens, i -> Numbers.between(random, i, 0, VOCABULARY - 1));
            return tokens;
        }
    }
}
