package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.preflight.Checked;
import org.rft4j.core.preflight.PreflightReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.random.KeyedRandom;

/** What a trainer says of examples before it learns from them. */
class ExamplePreflightTest {
    private static final List<Preference> PAIRS = List.of(
            pair("short", "ab", "c", "d"),
            pair("cut", "ab", "cdefghij", "c"),
            pair("equal", "ab", "c", "c"),
            pair("too long", "abcdefghij", "c", "d"));

    @TempDir
    Path folder;

    private final LanguageModel model = TinyRun.freshModel();

    @Test
    void examplesOfTheFirstRoundsAreCountedAndPutBack() {
        ExampleStream<Preference> examples = Epochs.shuffled(Datasets.of(PAIRS), 3, Epochs.FOREVER);
        JsonNode before = examples.state();
        try (model;
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                Reference reference = Reference.copyOf(policy);
                Trainer trainer = builder(policy, arrangement(OverLength.KEEP_START), examples)
                        .reference(reference)
                        .build()) {
            PreflightReport report = trainer.preflight();
            assertThat(report.passed()).isTrue();
            assertThat(report.checks())
                    .extracting(Checked::check)
                    .containsExactly("example lengths", "examples kept", "labels", "trained ends", "memory");
            assertThat(report.checks())
                    .extracting(Checked::saw)
                    .startsWith(
                            "4 examples, 6 rows: longest 8 tokens, mean 5.5, context "
                                    + model.weights().config().contextLength(),
                            "1 cut, 1 dropped, 1 pairs of equal answers",
                            "none",
                            "5 of 6 rows");
            assertThat(report.findings())
                    .extracting(Finding::code)
                    .containsExactly("examples_dropped", "examples_truncated", "equal_pairs", "end_not_always_trained");
            double mib = policy.memory().trainedBytes() / (double) (1 << 20);
            assertThat(report.checks().get(4).saw())
                    .as("the reference is a copy of all weights")
                    .contains(String.format(java.util.Locale.ROOT, "other models %.1f MiB", mib));
            assertThat(examples.state()).isEqualTo(before);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void examplesThatCannotBeArrangedAreToldBeforehand() {
        ExampleStream<Preference> examples = Epochs.shuffled(Datasets.of(PAIRS), 3, Epochs.FOREVER);
        try (model;
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                Reference reference = Reference.copyOf(policy);
                Trainer trainer = builder(policy, arrangement(OverLength.REFUSE), examples)
                        .reference(reference)
                        .build()) {
            PreflightReport report = trainer.preflight();
            assertThat(report.passed()).isFalse();
            assertThat(report.findings())
                    .extracting(Finding::text)
                    .singleElement()
                    .asString()
                    .startsWith(
                            "the examples of the first rounds cannot be arranged, and the run would end so too: example ")
                    .endsWith("allow more, or choose what becomes of such examples with OverLength");
        }
    }

    @Test
    void aModelOfRewardsHasNoEndToLearn() {
        ExampleStream<Preference> examples = Epochs.shuffled(Datasets.of(PAIRS), 3, 1);
        Pairs plain = new Pairs(Needs.NOTHING_MORE);
        try (model;
                ClassifierWeights classifier = ClassifierWeights.from(model.weights(), 1, 0, KeyedRandom.ofSeed(2));
                RewardModel rewards = RewardModel.trained(classifier, Trainable.everything());
                Trainer trainer = Trainer.builder(TestEngine.engine(), model.tokenizer(), rewards)
                        .offline(plain, arrangement(OverLength.DROP), examples)
                        .run(RunOptions.of(9, 3, 1, 1))
                        .folder(folder)
                        .build()) {
            assertThat(trainer.preflight().checks())
                    .extracting(Checked::check)
                    .containsExactly("example lengths", "examples kept", "labels", "memory");
        }
    }

    private TrainerBuilder builder(
            Policy policy, ExampleArrangement<Preference> arrangement, ExampleStream<Preference> examples) {
        return Trainer.builder(TestEngine.engine(), model, policy)
                .offline(new Pairs(Needs.NOTHING_MORE.withReference(true)), arrangement, examples)
                .run(RunOptions.of(9, 3, 1, 1))
                .folder(folder);
    }

    private static ExampleArrangement<Preference> arrangement(OverLength overLength) {
        ExampleEncoder encoder =
                ExampleEncoder.of(Tokenizers.bytes(), Optional.empty(), EncodeOptions.of(8, overLength));
        return ExampleRows.preferences(encoder, EqualPairs.KEEP);
    }

    private static Preference pair(String id, String prompt, String chosen, String rejected) {
        return new Preference(id, Prompt.of(prompt), Answer.of(chosen), Answer.of(rejected), Map.of());
    }

    /** Nobody asks what it is. */
    private record Pairs(Needs needs) implements Objective {
        @Override
        public String name() {
            return "pairs";
        }

        @Override
        public RowWeights weights() {
            return counts -> new double[counts.length];
        }

        @Override
        public LossResult loss(LossInput input) {
            throw new AssertionError("nothing is trained");
        }
    }
}
