package org.rft4j.examples.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.InvalidInputException;

class ExampleOptionsTest {
    @Test
    void withoutArgumentsARunLiesUnderItsName() {
        assertThat(ExampleOptions.of("story"))
                .isEqualTo(new ExampleOptions(Path.of("runs", "story"), 1, false, Optional.empty()));
    }

    @Test
    void anotherSeedHasAFolderOfItsOwn() {
        assertThat(ExampleOptions.of("story", "--seed", "3", "--brief"))
                .isEqualTo(new ExampleOptions(Path.of("runs", "story-3"), 3, true, Optional.empty()));
        assertThat(ExampleOptions.of("story", "--folder", "here", "--model", "there"))
                .isEqualTo(new ExampleOptions(Path.of("here"), 1, false, Optional.of(Path.of("there"))));
    }

    @Test
    void whatIsNotKnownIsRefused() {
        assertThatThrownBy(() -> ExampleOptions.of("story", "--steps", "3"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("argument was --steps, must be one of --seed N, --folder PATH, --model PATH, --brief;"
                        + " leave it out");
        assertThatThrownBy(() -> ExampleOptions.of("story", "--seed"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("value of --seed was missing, must follow it; write --seed VALUE");
        assertThatThrownBy(() -> ExampleOptions.of("story", "--seed", "one"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("--seed was one, must be a whole number; write --seed 1");
    }

    @Test
    void anOutcomeIsALine() {
        assertThat(new ExampleOutcome("stories with Lily", 0.125, 0.75))
                .hasToString("stories with Lily: 0.125 -> 0.750");
    }
}
