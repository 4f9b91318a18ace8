package org.rft4j.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.cli.TestRun;
import org.rft4j.cli.bind.Document;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.rewards.run.PanelMember;

/** Every reward of the table is made of its usual options. */
class RewardTableTest {
    /** Keys that must be given. */
    private static final Map<String, String> REQUIRED = Map.ofEntries(
            Map.entry("pattern", "pattern: '[a-z]+', example: abc"),
            Map.entry("softOverlong", "unit: tokens, limit: 20, buffer: 4, factor: 1"),
            Map.entry("targetLength", "unit: words, from: 5, to: 10, slope: 5"),
            Map.entry("ngramRepetition", "n: 3, penalty: 1"),
            Map.entry("repeatedTokens", "n: 3, penalty: 1"),
            Map.entry("keywords", "required: [Lily]"),
            Map.entry("language", "code: en"),
            Map.entry("languageColumn", "column: language"),
            Map.entry("instruction", "mode: all"),
            Map.entry("jsonSchema", "file: FOLDER/schema.json"),
            Map.entry("jsonSchemaColumn", "column: schema"),
            Map.entry("jsonPath", "paths: [$.name]"),
            Map.entry("toolCall", "column: call"),
            Map.entry("editSimilarity", "column: answer, most: 100"),
            Map.entry("class", "className: org.rft4j.cli.config.SaysPlease"));

    @TempDir
    private Path folder;

    @BeforeEach
    void writeSchema() throws IOException {
        Files.writeString(folder.resolve("schema.json"), "{\"type\": \"object\"}");
    }

    static Stream<String> names() {
        return Rewards.FAMILY.names().stream();
    }

    private Configuration configuration(String reward) {
        String yaml = AlgorithmTableTest.yaml("grpoTrl").replace("{type: keywords, required: [Lily]}", reward);
        return Configurations.of(Document.of("test", new TestRun(folder).filled(yaml)));
    }

    private Reward reward(String yaml) {
        PanelMember member =
                configuration(yaml).learning().rewards().get(0).reward().make();
        return ((PanelMember.Asked.EachSample) member.asked()).reward();
    }

    @ParameterizedTest
    @MethodSource("names")
    void isMadeAndPrintedAsItIsRead(String name) {
        Configuration read = configuration(
                "{type: " + name + (REQUIRED.containsKey(name) ? ", " + REQUIRED.get(name) : "") + ", weight: 0.5}");
        assertThat(read.learning().rewards().get(0).reward().make().name()).isNotBlank();
        assertThat(read.learning().rewards().get(0).weight()).isEqualTo(0.5);
        String printed = Configurations.yaml(read);
        assertThat(Configurations.yaml(Configurations.of(Document.of("printed", printed))))
                .isEqualTo(printed);
    }

    @Test
    void optionsReachTheReward() throws Exception {
        TaskRecord task = TaskRecord.of("1", "How much is 6 times 7?").with("gold", "42");
        Reward reward =
                reward("{type: numeric, absolute: 0.5, source: {column: gold, inCompletion: {type: inTag, tag: n}}}");
        assertThat(reward.score(RewardSample.of(task, "<n>42.4</n>")).value()).isEqualTo(1);
        assertThat(reward.score(RewardSample.of(task, "<n>42.6</n>")).value()).isZero();
    }

    @Test
    void aClassOfOnesOwnIsFound() throws Exception {
        TaskRecord task = TaskRecord.of("1", "Ask for the salt.");
        Reward reward = reward("{type: class, className: org.rft4j.cli.config.SaysPlease}");
        assertThat(reward.score(RewardSample.of(task, "The salt, please.")).value())
                .isEqualTo(1);
        assertThat(reward.score(RewardSample.of(task, "The salt!")).value()).isZero();
    }
}
