package org.rft4j.algorithms.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.engine.InvalidInputException;

/** Options that cannot be meant are refused, in words. */
final class SurrogateInputErrorsTest {
    private static final double NONE = Double.POSITIVE_INFINITY;

    @TestFactory
    List<DynamicTest> everyWrongOptionIsExplained() {
        Map<ThrowingCallable, String> cases = new LinkedHashMap<>();
        cases.put(() -> PpoClip.of(-0.1, 0.2), "low was -0.1, must be from 0 to 1; use 1 for no bound from below");
        cases.put(() -> PpoClip.of(1.5, 0.2), "low was 1.5, must be from 0 to 1; use 1 for no bound from below");
        cases.put(() -> PpoClip.of(0.2, -1), "high was -1.0, must be at least 0; use infinity for no bound from above");
        cases.put(
                () -> PpoClip.of(0.2, 0.5).withDelta(1.5),
                "delta was 1.5, must be above 1 + high, which is 1.5, or it would act on the clipped branch too;"
                        + " raise it, or use infinity for none");
        cases.put(
                () -> PpoClip.of(0.2, 0.2).withDualClip(1),
                "dualClip was 1.0, must be above 1, or it would hold back the first step; use 3 as verl does, or"
                        + " infinity for none");
        cases.put(() -> PpoClip.loop(-1), "epsilon was -1.0, must be at least 0; use 0.1 as the paper does");
        cases.put(() -> new Cispo(-1, 2), "smallest was -1.0, must be at least 0; use 0 for no bound from below");
        cases.put(
                () -> new Cispo(2, 2),
                "largest was 2.0, must be above smallest, which is 2.0; use infinity for no bound from above");
        cases.put(
                () -> new Sapo(0, 1),
                "tauPositive was 0.0, must be finite and above 0; use PpoClip for a hard bound, PpoClip.UNCLIPPED for none");
        cases.put(
                () -> new Sapo(1, NONE),
                "tauNegative was Infinity, must be finite and above 0; use PpoClip for a hard bound,"
                        + " PpoClip.UNCLIPPED for none");
        cases.put(() -> new Gmpo(-1, 0.4), "low was -1.0, must be at least 0; use 0.4 as the paper does");
        cases.put(() -> new Gmpo(0.4, -1), "high was -1.0, must be at least 0; use 0.4 as the paper does");
        Dppo.Divergence kl = Dppo.Divergence.BINARY_KL;
        cases.put(
                () -> new Dppo(kl, -1, 1, 3), "low was -1.0, must be at least 0; use infinity for no bound downwards");
        cases.put(() -> new Dppo(kl, 1, -1, 3), "high was -1.0, must be at least 0; use infinity for no bound upwards");
        cases.put(() -> new Dppo(kl, 1, 1, 0), "cap was 0.0, must be above 0; use infinity for the plain ratio");
        cases.put(() -> new MiniRl(2, 0.27, 5), "low was 2.0, must be from 0 to 1; use 1 for no bound from below");
        cases.put(
                () -> new MiniRl(0.2, -1, 5),
                "high was -1.0, must be at least 0; use infinity for no bound from above");
        cases.put(() -> new MiniRl(0.2, 0.27, 0), "cap was 0.0, must be above 0; use 5 as the paper does");
        cases.put(() -> new Opmd(-1), "tau was -1.0, must be finite and at least 0; use 1 as Trinity-RFT does");
        cases.put(() -> new Opmd(NONE), "tau was Infinity, must be finite and at least 0; use 1 as Trinity-RFT does");
        PpoClip clip = PpoClip.of(0.2, 0.2);
        cases.put(
                () -> new ClipCov(clip, 0, 1, 5), "share was 0.0, must be above 0 and at most 1; use PpoClip for none");
        cases.put(
                () -> new ClipCov(clip, 0.1, 5, 5), "smallest was 5.0, must be below largest, which is 5.0; swap them");
        cases.put(
                () -> new KlCov(1.5, 1),
                "share was 1.5, must be above 0 and at most 1; use PpoClip.UNCLIPPED for none");
        cases.put(
                () -> new KlCov(0.1, -1), "coefficient was -1.0, must be finite and at least 0; use 0.1 as verl does");
        cases.put(() -> new Dro(-1), "beta was -1.0, must be finite and at least 0; use PolicyGradient for none");
        String vespo = ", must be finite and above 0; use Vespo.TRL for TRL's values";
        cases.put(() -> new Vespo(0, 1, 1, 1), "kPositive was 0.0" + vespo);
        cases.put(() -> new Vespo(1, 0, 1, 1), "lambdaPositive was 0.0" + vespo);
        cases.put(() -> new Vespo(1, 1, NONE, 1), "kNegative was Infinity" + vespo);
        cases.put(() -> new Vespo(1, 1, 1, -1), "lambdaNegative was -1.0" + vespo);
        String limit = ", must be above 0 and at most 80, beyond which a ratio leaves float32; use 20";
        cases.put(() -> new RatioLevel.Token(0), "limit of a log-ratio was 0.0" + limit);
        cases.put(() -> new RatioLevel.SequenceMean(81), "limit of a log-ratio was 81.0" + limit);
        cases.put(() -> new RatioLevel.SequenceToken(-1), "limit of a log-ratio was -1.0" + limit);
        cases.put(() -> new RatioLevel.SequenceSum(NONE), "limit of a log-ratio was Infinity" + limit);
        return cases.entrySet().stream()
                .map(c -> DynamicTest.dynamicTest(
                        c.getValue(),
                        () -> assertThatThrownBy(c.getKey())
                                .isInstanceOf(InvalidInputException.class)
                                .hasMessage(c.getValue())))
                .toList();
    }

    @Test
    void boundsThemselvesAreAllowed() {
        assertThat(PpoClip.of(0, 0)).isEqualTo(PpoClip.loop(0));
        assertThat(new PpoClip(1, NONE, NONE, NONE)).isEqualTo(PpoClip.UNCLIPPED);
        assertThat(new Gmpo(0, 0).low()).isZero();
        assertThat(new Dppo(Dppo.Divergence.BINARY_KL, 0, 0, 1).high()).isZero();
        assertThat(new MiniRl(0, 0, 1)).isNotEqualTo(new MiniRl(1, 0, 1));
        assertThat(new ClipCov(PpoClip.UNCLIPPED, 1, 0, 1).share()).isOne();
        assertThat(new KlCov(1, 0).share()).isOne();
        assertThat(new RatioLevel.Token(80).limit()).isEqualTo(80);
    }
}
