package org.rft4j.core.rewardmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.reward.EnsembleRule;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.InvalidInputException;

class ModelEnsembleTest {
    private static final double EXACT = 1e-12;

    private static final List<RewardSample> TEXTS = List.of(
            Judges.sample("one ", "and two"), Judges.sample("three ", "and four"), Judges.sample("five ", "and six"));

    @TempDir
    Path temporary;

    private final Judges judges = new Judges();

    private final List<ModelReward> members =
            List.of(judges.reward("a", 1), judges.reward("b", 2), judges.reward("c", 3));

    @AfterEach
    void free() {
        judges.close();
    }

    static Stream<EnsembleRule> rules() {
        return Stream.of(
                new EnsembleRule.Mean(),
                new EnsembleRule.WorstCase(),
                new EnsembleRule.UncertaintyWeighted(0.1, EnsembleRule.Variance.UNBIASED),
                new EnsembleRule.UncertaintyWeighted(0.5, EnsembleRule.Variance.BIASED));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void valuesAreTheRulesOverScaledMembers(EnsembleRule rule) throws Exception {
        RewardScales scales = new RewardScales(
                Map.of("b", new RewardScale(0.5, 2), "a", RewardScale.IDENTITY, "c", new RewardScale(-1, 0.25)));
        ModelEnsemble plain = ModelEnsemble.of("jury", members, rule);
        ModelEnsemble scaled = plain.withScales(scales);
        for (int n = 0; n < TEXTS.size(); n++) {
            double a = members.get(0).score(TEXTS).get(n).value();
            double b = members.get(1).score(TEXTS).get(n).value();
            double c = members.get(2).score(TEXTS).get(n).value();
            Score as = plain.score(TEXTS).get(n);
            assertThat(as.value()).isEqualTo(rule.of(a, b, c));
            assertThat(as.components())
                    .isEqualTo(Map.of("a", a, "b", b, "c", c, "variance", rule.disagreement(a, b, c)));
            assertThat(scaled.score(TEXTS).get(n).value())
                    .isCloseTo(rule.of(a, (b - 0.5) / 2, (c + 1) / 0.25), within(EXACT));
        }
        assertThat(plain.name()).isEqualTo("jury");
        assertThat(scaled.scales().ofMembers().keySet()).containsExactly("a", "b", "c");
    }

    @Test
    void normalisedMembersHaveMeanZeroAndDeviationOneOnTheSamples() throws Exception {
        ModelEnsemble ensemble =
                ModelEnsemble.of("jury", members, new EnsembleRule.Mean()).normalisedOn(TEXTS);
        List<Score> scores = ensemble.score(TEXTS);
        for (String member : List.of("a", "b", "c")) {
            double[] values = scores.stream()
                    .mapToDouble(score -> score.components().get(member))
                    .toArray();
            RewardScale again = RewardScale.of(values);
            assertThat(again.mean()).isCloseTo(0, within(EXACT));
            assertThat(again.deviation()).isCloseTo(1, within(EXACT));
        }
    }

    @Test
    void scalesAreKeptInAFileBitForBit() throws Exception {
        ModelEnsemble ensemble =
                ModelEnsemble.of("jury", members, new EnsembleRule.WorstCase()).normalisedOn(TEXTS);
        Path file = temporary.resolve("scales.json");
        ensemble.scales().write(file);
        assertThat(RewardScales.read(file)).isEqualTo(ensemble.scales());
        Files.writeString(file, "{\"a\": {\"mean\": 1}}");
        assertThatThrownBy(() -> RewardScales.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        file + ": scale of a was {\"mean\":1}, must have the numbers mean and deviation; write the file"
                                + " with RewardScales.write");
    }

    @Test
    void aRunGoesOnWithTheSameScalesOrNotAtAll() throws Exception {
        ModelEnsemble plain = ModelEnsemble.of("jury", members, new EnsembleRule.Mean());
        RewardScorer scorer = plain.normalisedOn(TEXTS).scorer();
        JsonNode saved = new ObjectMapper().readTree(scorer.state().toString());
        scorer.restore(saved);
        RewardScorer other = plain.scorer();
        assertThatThrownBy(() -> other.restore(saved))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("state of reward 'jury' was {\"scales\":{\"a\":{\"mean\":")
                .hasMessageContaining(", must be {\"scales\":{\"a\":{\"mean\":0.0,\"deviation\":1.0},");
        RewardScorer.Scored scored = scorer.score(List.of(TEXTS), 0);
        assertThat(scored.metrics()).containsKey("rewards/jury/mean");
        assertThat(scored.scores().get(0)).isEqualTo(plain.normalisedOn(TEXTS).score(TEXTS));
    }

    @Test
    void whereOneMemberIsSilentSoAreAll() throws Exception {
        ModelReward nearsighted = ModelReward.of(
                "d",
                judges.model(4),
                (task, answer) -> Judges.encode(task, answer).filter(ids -> ids.length < 12),
                TestEngine.engine());
        ModelEnsemble ensemble =
                ModelEnsemble.of("jury", List.of(members.get(0), nearsighted), new EnsembleRule.WorstCase());
        List<Score> scores = ensemble.score(TEXTS);
        assertThat(scores.get(0).applicable()).isTrue();
        assertThat(scores.get(1).applicable()).isFalse();
        assertThat(scores.get(1).diagnostics())
                .isEqualTo(Map.of("notApplicable", "longer than reward model 'd' reads"));
        assertThatThrownBy(() -> ensemble.normalisedOn(TEXTS.subList(0, 2)))
                .hasMessage("rewards to estimate a scale on was 1, must be at least 2; give some hundred samples");
    }

    @Test
    void membersAndScalesAreChecked() {
        EnsembleRule mean = new EnsembleRule.Mean();
        assertThatThrownBy(() -> ModelEnsemble.of("jury", List.of(), mean))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("members of ensemble 'jury' was none, must be at least one; add one");
        assertThatThrownBy(() -> ModelEnsemble.of("jury", List.of(members.get(0), members.get(0)), mean))
                .hasMessage(
                        "name of a member of ensemble 'jury' was 'a', must not be taken twice; give each ModelReward a"
                                + " name of its own");
        assertThatThrownBy(() -> ModelEnsemble.of("", members, mean)).hasMessageContaining("must not be blank");
        assertThatThrownBy(() -> ModelEnsemble.of("jury", members, mean)
                        .withScales(new RewardScales(Map.of("a", RewardScale.IDENTITY))))
                .hasMessage(
                        "scales of ensemble 'jury' was [a], must be those of its members [a, b, c]; estimate them with"
                                + " normalisedOn(...)");
        assertThatThrownBy(() -> RewardScale.of(2, 2, 2))
                .hasMessage(
                        "deviation of rewards was 0.0, must be finite and above 0; estimate it on samples that differ,"
                                + " or use 1 to change nothing");
        assertThatThrownBy(() -> new RewardScale(Double.NaN, 1))
                .hasMessage("mean of rewards was NaN, must be finite; use 0 to change nothing");
        assertThat(RewardScale.of(1, 2, 4).mean()).isCloseTo(7 / 3.0, within(EXACT));
        assertThat(RewardScale.of(1, 2, 4).deviation()).isCloseTo(Math.sqrt(7 / 3.0), within(EXACT));
    }
}
