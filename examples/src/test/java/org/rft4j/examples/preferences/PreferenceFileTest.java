package org.rft4j.examples.preferences;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;

class PreferenceFileTest {
    @Test
    void everyPairPrefersAStoryWithAnAnimalAndNoneIsHeldOut(@TempDir Path folder) throws Exception {
        Dataset<Preference> pairs = DpoFromFile.pairs(folder.resolve("preferences.jsonl"));
        assertThat(pairs.size()).isEqualTo(177);
        Set<Prompt> prompts = new HashSet<>();
        for (int n = 0; n < pairs.size(); n++) {
            Preference pair = pairs.get(n);
            prompts.add(pair.prompt());
            assertThat(score(pair, pair.chosen())).as("chosen of %s", pair.id()).isEqualTo(1);
            assertThat(score(pair, pair.rejected()))
                    .as("rejected of %s", pair.id())
                    .isEqualTo(0);
        }
        assertThat(prompts).hasSize(AnimalStories.inTheFile().size());
        for (int n = 0; n < AnimalStories.heldOut().size(); n++) {
            assertThat(prompts).doesNotContain(AnimalStories.heldOut().get(n).prompt());
        }
    }

    private static double score(Preference pair, Answer answer) throws Exception {
        TaskRecord task = TaskRecord.of(pair.id(), ((Prompt.Text) pair.prompt()).text());
        return AnimalStories.ANIMALS
                .score(RewardSample.of(task, ((Answer.Text) answer).text()))
                .value();
    }
}
