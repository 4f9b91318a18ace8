package org.rft4j.cli.bind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values from the environment and the command line. */
class OverridesTest {
    private static Document document() {
        return Document.of("run.yaml", "run: {rounds: 1, groupSize: 2}\nalgorithm: grpo\nrewards: [{type: maths}]\n");
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() {
        Document document = document();
        Overrides.fromEnvironment(
                document, Map.of("RFT4J_SET_RUN__ROUNDS", "5", "RFT4J_SET_RUN__GROUP_SIZE", "6", "RFT4J_SHARED", "/x"));
        Overrides.fromCommandLine(document, List.of("run.rounds=7"));
        assertThat(document.root()).hasToString("""
                {"run":{"rounds":7,"groupSize":6},"algorithm":"grpo","rewards":[{"type":"maths"}]}""");
        assertThat(document.overrides())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("run.rounds", "--set", "run.groupSize", "RFT4J_SET_RUN__GROUP_SIZE"));
        assertThat(document.placeOf("run.groupSize")).isEqualTo(" (RFT4J_SET_RUN__GROUP_SIZE)");
    }

    @Test
    void listsAndChoicesAreReachedInto() {
        Document document = document();
        Overrides.fromEnvironment(document, Map.of("RFT4J_SET_REWARDS__0__WEIGHT", "2"));
        Overrides.fromCommandLine(
                document, List.of("rewards[1]={type: tags, weight: 3}", "algorithm.kl=none", "data.files[0]=a.jsonl"));
        assertThat(document.root()).hasToString("""
                {"run":{"rounds":1,"groupSize":2},"algorithm":{"type":"grpo","kl":"none"},\
                "rewards":[{"type":"maths","weight":2},{"type":"tags","weight":3}],"data":{"files":["a.jsonl"]}}""");
    }

    @Test
    void whatCannotBeSetIsRefused() {
        assertThatThrownBy(() -> Overrides.fromCommandLine(document(), List.of("run.rounds")))
                .hasMessage("--set was run.rounds, must be path.to.key=value; write --set run.rounds=5");
        assertThatThrownBy(() -> Overrides.fromCommandLine(document(), List.of("run..rounds=5")))
                .hasMessage("path was 'run..rounds', must be keys with dots between them; write it as run.rounds or"
                        + " rewards[0].weight");
        assertThatThrownBy(() -> Overrides.fromCommandLine(document(), List.of("rewards[5].weight=1")))
                .hasMessage("path was rewards[5], must name a place in a list of 1; count from 0; the next free place"
                        + " adds one");
        assertThatThrownBy(() -> Overrides.fromCommandLine(document(), List.of("run.rounds={")))
                .hasMessageStartingWith("value was '{', must be YAML (");
    }
}
