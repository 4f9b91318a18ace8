package org.rft4j.examples.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.examples.model.WorkFolder;

/** Expectations stand before the token that was chosen after them, and only where they have moved. */
class ExpectationsTest {
    @Test
    void toldWhereTheyMove() {
        try (WorkFolder work = WorkFolder.create()) {
            Tokenizer tokenizer = Tokenizers.load(work.stories());
            long[] prompt = tokenizer.encode("Once there was a", true).ids();
            long[] story = tokenizer.encode("dog", false).ids();
            long[] ids = Arrays.copyOf(prompt, prompt.length + 3 * story.length);
            for (int n = 0; n < 3; n++) {
                System.arraycopy(story, 0, ids, prompt.length + n * story.length, story.length);
            }
            float[] values = new float[ids.length];
            Arrays.fill(values, prompt.length, ids.length, 0.2f);
            Arrays.fill(values, prompt.length + story.length, ids.length, 0.25f);
            Arrays.fill(values, prompt.length + 2 * story.length, ids.length, 0.5f);
            boolean[] trained = new boolean[ids.length];
            Arrays.fill(trained, prompt.length, ids.length, true);
            TokenTrace trace = new TokenTrace(ids, trained, new float[ids.length], new int[ids.length], prompt.length);
            assertThat(Expectations.told(trace, values, tokenizer)).isEqualTo("[0.20] dog dog [0.50]  dog");
        }
    }
}
