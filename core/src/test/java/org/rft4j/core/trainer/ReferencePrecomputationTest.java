package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.ModelReference;
import org.rft4j.core.policy.PrecomputedReference;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.kernels.Divergence;

/** Reference log-probs that are computed before the run, and looked up in it. */
class ReferencePrecomputationTest {
    /** Rows in other company are rounded otherwise. */
    private static final double TOLERANCE = 1e-5;

    private static final ByReference OBJECTIVE = new ByReference(new TinyRun.ByHeart("by-reference", 2), false);

    @TempDir
    private Path temporary;

    private Path file() {
        return temporary.resolve("reference.bin");
    }

    private interface Compared {
        Reference with(TinyRun run);
    }

    private List<Map<String, Double>> ran(Path folder, Compared compared) {
        Told told = new Told();
        try (TinyRun run = new TinyRun();
                Reference reference = compared.with(run);
                Trainer trainer = builder(run, folder, reference, told).build()) {
            trainer.runOrResume();
        }
        return told.metrics();
    }

    private static TrainerBuilder builder(TinyRun run, Path folder, Reference reference, Told told) {
        return run.builder(folder, told)
                .offline(OBJECTIVE, OBJECTIVE, TinyRun.examples(5, 3))
                .reference(reference);
    }

    /** 5 examples in rounds of 3, three times, as {@link TinyRun#examples} gives them. */
    private PrecomputedReference ofRounds(TinyRun run) {
        return computing(run).ofRounds(file(), TinyRun.examples(5, 3), 4, 3, OBJECTIVE);
    }

    private static ReferencePrecomputation computing(TinyRun run) {
        return ReferencePrecomputation.by(TestEngine.engine(), run.model(), run.policy())
                .in(TinyRun.UPDATE);
    }

    @Test
    void aRunIsThatOfTheLiveReference() throws IOException {
        List<Map<String, Double>> live = ran(temporary.resolve("live"), run -> Reference.copyOf(run.policy()));
        assertThat(live).hasSize(TinyRun.STEPS);
        assertThat(live.get(TinyRun.STEPS - 1).get("distance")).isGreaterThan(1e-3);
        assertThat(ran(temporary.resolve("looked-up"), this::ofRounds)).hasSize(TinyRun.STEPS);
        Files.delete(file());
        List<Map<String, Double>> lookedUp =
                ran(temporary.resolve("by-data"), run -> computing(run).of(file(), TinyRun.data(), 5, OBJECTIVE));
        assertThat(lookedUp).hasSameSizeAs(live);
        for (int step = 0; step < live.size(); step++) {
            for (String name : List.of("loss", "distance", "grad_norm")) {
                assertThat(lookedUp.get(step).get(name))
                        .isCloseTo(live.get(step).get(name), Offset.offset(TOLERANCE));
            }
        }
    }

    /** Where rows were scored in the company that they are trained in, even the rounding is that of the live reference. */
    @Test
    void roundsInTheirOwnCompanyGiveTheSameBits() {
        Told live = new Told();
        Told lookedUp = new Told();
        ByReference once = OBJECTIVE;
        try (TinyRun run = new TinyRun();
                Reference reference = Reference.copyOf(run.policy());
                Trainer trainer = run.builder(temporary.resolve("live"), live)
                        .offline(once, once, TinyRun.examples(5, 1))
                        .reference(reference)
                        .build()) {
            trainer.run();
        }
        try (TinyRun run = new TinyRun();
                PrecomputedReference reference = ofRounds(run);
                Trainer trainer = run.builder(temporary.resolve("looked-up"), lookedUp)
                        .offline(once, once, TinyRun.examples(5, 1))
                        .reference(reference)
                        .build()) {
            assertThat(reference.rows()).isEqualTo(10);
            trainer.run();
        }
        assertThat(lookedUp.metrics()).isEqualTo(live.metrics()).hasSize(4);
    }

    @Test
    void aResumedRunTakesTheFileUp() throws IOException {
        Path folder = temporary.resolve("run");
        AtomicReference<Trainer> running = new AtomicReference<>();
        Told told = new Told(step -> {
            if (step.step() == 3) {
                running.get().stop();
            }
        });
        try (TinyRun run = new TinyRun();
                Reference reference = ofRounds(run);
                Trainer trainer = builder(run, folder, reference, told).build()) {
            running.set(trainer);
            assertThat(trainer.run().steps()).isEqualTo(3);
        }
        FileTime written = Files.getLastModifiedTime(file());
        List<Map<String, Double>> resumed = ran(folder, this::ofRounds);
        assertThat(Files.getLastModifiedTime(file())).isEqualTo(written);
        List<Map<String, Double>> all = new ArrayList<>(told.metrics());
        all.addAll(resumed);
        Files.delete(file());
        assertThat(all).isEqualTo(ran(temporary.resolve("whole"), this::ofRounds));
    }

    @Test
    void aFileOfOtherExamplesOrAnotherModelIsRefused() throws IOException {
        try (TinyRun run = new TinyRun()) {
            computing(run)
                    .of(file(), TinyRun.data(), 2, new ByReference(new TinyRun.ByHeart("short", 1), true))
                    .close();
            assertThatThrownBy(() -> ofRounds(run))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(file() + ": row 0 of the examples was absent, must be there: it was computed for other"
                            + " examples, or for another arrangement of them; delete the file to compute it anew");
            Files.delete(file());
            ofRounds(run).close();
            try (Trainer trainer = run.whole(temporary.resolve("moves")).build()) {
                trainer.run();
            }
            assertThatThrownBy(() -> ofRounds(run))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(file() + ": weights that computed it was ");
        }
    }

    @Test
    void anotherFileThanTheRunBeganWithIsRefused() throws IOException {
        Path folder = temporary.resolve("run");
        ran(folder, this::ofRounds);
        Files.delete(file());
        try (TinyRun run = new TinyRun();
                Reference other = computing(run).of(file(), TinyRun.data(), 5, OBJECTIVE);
                Trainer trainer = builder(run, folder, other, new Told()).build()) {
            assertThatThrownBy(trainer::resume)
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("the run was begun with other precomputed log-probs than those of " + file());
        }
    }

    @Test
    void anotherModelMayComputeThem() {
        try (TinyRun run = new TinyRun();
                FrozenReference start = Reference.copyOf(run.policy())) {
            try (Trainer trainer = run.whole(temporary.resolve("moves")).build()) {
                trainer.run();
            }
            ModelReference other = start;
            try (PrecomputedReference ofStart = computing(run).by(other).of(file(), TinyRun.data(), 3, OBJECTIVE)) {
                assertThat(ofStart.rows()).isEqualTo(10);
            }
        }
        try (TinyRun fresh = new TinyRun();
                PrecomputedReference takenUp = computing(fresh).of(file(), TinyRun.data(), 3, OBJECTIVE)) {
            assertThat(takenUp.rows())
                    .as("of the fresh policy, which the copy was")
                    .isEqualTo(10);
        }
    }

    @Test
    void aDivergenceNeedsAModel() {
        try (TinyRun run = new TinyRun();
                PrecomputedReference reference = ofRounds(run)) {
            Objective divergence = new Asking(OBJECTIVE, Needs.NOTHING_MORE.withDivergence(Divergence.forwardKl()));
            TrainerBuilder builder = run.builder(temporary)
                    .offline(divergence, OBJECTIVE, TinyRun.examples(5, 1))
                    .reference(reference);
            assertThatThrownBy(builder::build)
                    .hasMessage(
                            "trainer was 1 problem, must be complete and consistent; by-reference uses a divergence from"
                                    + " the reference, which must be a model for that; use Reference.withoutAdapter(policy) or"
                                    + " Reference.copyOf(policy)");
        }
    }

    private record Asking(Objective of, Needs needs) implements Objective {
        @Override
        public String name() {
            return of.name();
        }

        @Override
        public RowWeights weights() {
            return of.weights();
        }

        @Override
        public LossResult loss(LossInput input) {
            return of.loss(input);
        }
    }

    /** Likelihood that may not go far from the reference. Two rows of an example differ; all may be cut after two tokens. */
    private record ByReference(TinyRun.ByHeart heart, boolean cut)
            implements Objective, ExampleArrangement<LanguageModeling> {
        @Override
        public String name() {
            return heart.name();
        }

        @Override
        public Needs needs() {
            return Needs.NOTHING_MORE.withReference(true);
        }

        @Override
        public RowWeights weights() {
            return heart.weights();
        }

        @Override
        public ArrangedRows arrange(List<LanguageModeling> examples) {
            List<ExampleRow> rows = new ArrayList<>();
            for (ExampleRow row : heart.arrange(examples).rows()) {
                int length = cut ? 2 : row.ids().length - rows.size() % 2;
                rows.add(new ExampleRow(
                        Arrays.copyOf(row.ids(), length),
                        Arrays.copyOf(row.trained(), length),
                        row.unit(),
                        row.columns()));
            }
            return ArrangedRows.of(rows);
        }

        @Override
        public LossResult loss(LossInput input) {
            var distance = input.logProbs()
                    .sub(input.column(TokenColumn.REFERENCE_LOG_PROB))
                    .square();
            LossMetrics metrics = new LossMetrics().share("distance", input.tokenMean(distance));
            return new LossResult(input.weighted(distance.sub(input.logProbs())), metrics);
        }
    }
}
