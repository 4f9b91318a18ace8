package org.rft4j.rewards.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class RationalTest {
    private static final Rational HALF = Rational.of(1, 2);
    private static final Rational THIRD = Rational.of(1, 3);

    @Test
    void lowestTermsAndPositiveDenominators() {
        assertThat(Rational.of(6, -4)).isEqualTo(Rational.of(-3, 2)).hasToString("-3/2");
        assertThat(Rational.of(0, -7)).isEqualTo(Rational.ZERO).hasToString("0");
        assertThatThrownBy(() -> Rational.of(1, 0))
                .hasMessage("denominator was 0, must not be 0; check before dividing what a divisor is");
    }

    @Test
    void arithmetic() {
        assertThat(HALF.plus(THIRD)).isEqualTo(Rational.of(5, 6));
        assertThat(HALF.minus(THIRD)).isEqualTo(Rational.of(1, 6));
        assertThat(HALF.times(THIRD)).isEqualTo(Rational.of(1, 6));
        assertThat(HALF.over(THIRD)).isEqualTo(Rational.of(3, 2));
        assertThat(HALF.negate().abs()).isEqualTo(HALF);
        assertThat(HALF.abs()).isEqualTo(HALF);
        assertThat(Rational.of(-2, 3).power(-3)).isEqualTo(Rational.of(-27, 8));
        assertThat(Rational.of(2, 3).power(2)).isEqualTo(Rational.of(4, 9));
    }

    @Test
    void orderAndRounding() {
        assertThat(THIRD).isLessThan(HALF);
        assertThat(Rational.of(-1, 2)).isLessThan(Rational.of(-1, 3));
        assertThat(Rational.of(7, 2).floor()).isEqualTo(BigInteger.valueOf(3));
        assertThat(Rational.of(-7, 2).floor()).isEqualTo(BigInteger.valueOf(-4));
        assertThat(Rational.of(-4).floor()).isEqualTo(BigInteger.valueOf(-4));
        assertThat(HALF.isWhole()).isFalse();
        assertThat(Rational.of(4, 2).isWhole()).isTrue();
        assertThat(Rational.of(-1, 4).signum()).isEqualTo(-1);
        assertThat(Rational.of(5, 4).bits()).isEqualTo(6);
    }

    @Test
    void decimals() {
        assertThat(Rational.of(new BigDecimal("0.125"))).isEqualTo(Rational.of(1, 8));
        assertThat(Rational.of(new BigDecimal("1.5E3"))).isEqualTo(Rational.of(1500));
        assertThat(THIRD.decimal(new MathContext(5))).isEqualByComparingTo("0.33333");
    }
}
