package org.rft4j.examples.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Different warm words count, at most four. */
class WarmWordsTest {
    @ParameterizedTest
    @CsvSource({
        "' dog. It was big.', 0",
        "' girl who smiled and was smiling', 0.25",
        "' girl who loved to play', 0.5",
        "' girl. She loved to play with her friends and had fun', 1",
        "' happy, kind and nice girl. She loved to play with her friends', 1"
    })
    void theirShare(String story, double share) {
        assertThat(WarmWords.share(story)).isEqualTo(share);
    }
}
