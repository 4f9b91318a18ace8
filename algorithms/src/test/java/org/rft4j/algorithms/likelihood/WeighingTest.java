package org.rft4j.algorithms.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.engine.InvalidInputException;

/** What of examples comes to stand beside their rows. */
class WeighingTest {
    private static final double TOLERANCE = 1e-7;

    /** Two turns of four and five trained tokens with one of the user before each. */
    private static final boolean[] DIALOGUE = {false, true, true, true, true, false, true, true, true, true, true};

    /** Drops examples whose id begins with "no". */
    private static final Function<PromptCompletion, Optional<ExampleRow>> ROWS =
            example -> example.id().startsWith("no")
                    ? Optional.empty()
                    : Optional.of(new ExampleRow(new long[DIALOGUE.length], DIALOGUE, 99, Map.of()));

    private static PromptCompletion example(String id, Map<String, Object> columns) {
        return new PromptCompletion(id, Prompt.of("q"), Answer.of("a"), columns);
    }

    private static float[] beside(ExampleRow row, TokenColumn column) {
        return row.columns().getOrDefault(column, new float[0]);
    }

    @Test
    void numbersAreReadFromColumns() {
        ToDoubleFunction<PromptCompletion> weight = ExampleNumbers.column("w");
        assertThat(weight.applyAsDouble(example("a", Map.of("w", 2)))).isEqualTo(2);
        assertThatThrownBy(() -> weight.applyAsDouble(example("a", Map.of("v", 1))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "column 'w' of example a was absent, must be there, the example has [v]; name the right column,"
                                + " or map it when the data is read");
        Map<String, Object> nothing = new java.util.HashMap<>();
        nothing.put("w", null);
        assertThatThrownBy(() -> weight.applyAsDouble(example("a", nothing)))
                .hasMessageStartingWith("column 'w' of example a was null, must be there, the example has [w]");
        assertThatThrownBy(() -> weight.applyAsDouble(example("a", Map.of("w", "much"))))
                .hasMessage(
                        "column 'w' of example a was much, must be a finite number; correct it, or leave the row out");
        assertThatThrownBy(() -> weight.applyAsDouble(example("a", Map.of("w", Double.NaN))))
                .hasMessageStartingWith("column 'w' of example a was NaN, must be a finite number");
    }

    @Test
    void examplesThatAreDroppedAreCounted() {
        TurnWeights<PromptCompletion> turns = new TurnWeights<>(ROWS, example -> new double[] {1, 1});
        ArrangedRows arranged =
                turns.arrange(List.of(example("a", Map.of()), example("none", Map.of()), example("b", Map.of())));
        assertThat(arranged.rows()).extracting(ExampleRow::unit).containsExactly(0, 2);
        assertThat(arranged.metrics()).isEqualTo(Map.of("examples/dropped", 1.0));
    }

    /** Scores (0.8, 0.5), lengths (4, 5), NLL sums (6, 10): 1.1. */
    @Test
    void turnsCountByTheirScores() {
        TurnWeights<PromptCompletion> turns = new TurnWeights<>(ROWS, ExampleNumbers.listColumn("scores"));
        ExampleRow row = turns.arrange(List.of(example("a", Map.of("scores", List.of(0.8, 0.5)))))
                .rows()
                .get(0);
        float[] weights = beside(row, TokenColumn.WEIGHT);
        double loss = 0;
        for (int t = 0; t < weights.length; t++) {
            loss += weights[t] * (t < 5 ? 6.0 / 4 : 10.0 / 5);
        }
        assertThat(weights[0]).isZero();
        assertThat(weights[5]).isZero();
        assertThat(weights[4]).isEqualTo(0.1f);
        assertThat(weights[6]).isEqualTo(0.05f);
        assertThat(loss).isCloseTo(1.1, within(TOLERANCE));
        assertThat(row.trained()).isEqualTo(DIALOGUE);
    }

    @Test
    void scoresOneAreMeansOfTurns() {
        TurnWeights<PromptCompletion> turns = new TurnWeights<>(ROWS, example -> new double[] {1, 1});
        float[] weights =
                beside(turns.arrange(List.of(example("a", Map.of()))).rows().get(0), TokenColumn.WEIGHT);
        assertThat(weights[1]).isEqualTo(0.125f);
        assertThat(weights[10]).isEqualTo(0.1f);
    }

    @Test
    void eachTurnHasAScore() {
        TurnWeights<PromptCompletion> turns = new TurnWeights<>(ROWS, ExampleNumbers.listColumn("scores"));
        assertThatThrownBy(() -> turns.arrange(List.of(example("a", Map.of("scores", List.of(1))))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "scores of turns of example a was 1, must be the number of its trained turns 2; score each turn,"
                                + " and drop examples that are too long in place of cutting them");
        assertThatThrownBy(() -> turns.arrange(List.of(example("a", Map.of("scores", 1)))))
                .hasMessage("column 'scores' of example a was 1, must be a list; map the column when the data is read");
        assertThatThrownBy(() -> turns.arrange(List.of(example("a", Map.of("scores", List.of(1, "x"))))))
                .hasMessageStartingWith("item of column 'scores' of example a was x, must be a finite number");
    }

    private static final ClassConditioning CLASSES = new ClassConditioning(
            "source",
            Map.of(
                    "gpt4", new ClassConditioning.Rule("GPT4 ", 1),
                    "gpt35", new ClassConditioning.Rule("GPT3 ", 0.1)));

    @Test
    void classesHaveWeightsAndPrefixes() {
        PromptCompletion text = example("a", Map.of("source", "gpt35"));
        assertThat(CLASSES.weight(text)).isEqualTo(0.1);
        assertThat(CLASSES.conditioned(text))
                .isEqualTo(new PromptCompletion("a", Prompt.of("GPT3 q"), Answer.of("a"), text.columns()));
        assertThat(CLASSES.conditioned(Prompt.of("q"), "gpt4")).isEqualTo(Prompt.of("GPT4 q"));
        assertThat(CLASSES.conditioned(Prompt.of(ChatMessage.system("s"), ChatMessage.user("u")), "gpt4"))
                .isEqualTo(Prompt.of(ChatMessage.system("GPT4 s"), ChatMessage.user("u")));
    }

    @Test
    void classesThatAreNotKnownAreErrors() {
        assertThatThrownBy(() -> CLASSES.weight(example("a", Map.of("source", "me"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("column 'source' of example a was 'me', must be one of the classes [")
                .hasMessageEndingWith("]; add the class, or leave the example out");
        assertThatThrownBy(() -> CLASSES.conditioned(Prompt.of("q"), "me"))
                .hasMessageStartingWith("class of a prompt was 'me', must be one of the classes [");
        assertThatThrownBy(() -> CLASSES.conditioned(Prompt.of(new long[] {1}), "gpt4"))
                .hasMessage(
                        "prompt that a prefix stands before was token ids, must begin with a text; encode the prefix"
                                + " yourself");
        ChatMessage image = ChatMessage.user("").withContent(new Content.Parts(List.of(Map.of("type", "image"))));
        assertThatThrownBy(() -> CLASSES.conditioned(Prompt.of(image), "gpt4"))
                .hasMessageStartingWith("prompt that a prefix stands before was a message without text");
        assertThatThrownBy(() -> new ClassConditioning("c", Map.of()))
                .hasMessage("classes was none, must be at least one; name the classes of the column");
        assertThat(new ClassConditioning.Rule("", 0).weight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.5, Double.POSITIVE_INFINITY})
    void weightsOfClassesAreFiniteAndNotNegative(double weight) {
        assertThatThrownBy(() -> new ClassConditioning.Rule("", weight))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("weight of a class was " + weight
                        + ", must be finite and at least 0; use 1 for experts and 0.1 for others");
    }

    private static final List<PromptCompletion> SCORED = List.of(
            example("good", Map.of("r", 1.2)), example("poor", Map.of("r", -1)), example("even", Map.of("r", 0.0)));

    /** R = 1.2, V = 0.4: A = 0.3685248. */
    @Test
    void advantagesAreThoseOfTheReferenceAndPositiveOnesAreKept() {
        AdvantageColumns.Weighed weighed = AdvantageColumns.of(
                SCORED,
                ExampleNumbers.column("r"),
                prompt -> prompt.equals(Prompt.of("q")) ? 0.4 : Double.NaN,
                AdvantageColumns.Options.DEFAULT);
        assertThat(weighed.examples()).extracting(PromptCompletion::id).containsExactly("good", "even");
        assertThat(ExampleNumbers.column("advantage")
                        .applyAsDouble(weighed.examples().get(0)))
                .isCloseTo(0.3685248, within(TOLERANCE));
        assertThat(ExampleNumbers.column("reward")
                        .applyAsDouble(weighed.examples().get(0)))
                .isCloseTo(0.7685248, within(TOLERANCE));
        assertThat(weighed.examples().get(0).columns()).containsEntry("r", 1.2);
        assertThat(weighed.leftOut()).isEqualTo(1);
        assertThat(weighed.keptShare()).isCloseTo(2 / 3.0, within(TOLERANCE));
    }

    @Test
    void anAdvantageOfZeroIsNotPositive() {
        AdvantageColumns.Weighed weighed = AdvantageColumns.of(
                SCORED, ExampleNumbers.column("r"), prompt -> 0.5, AdvantageColumns.Options.DEFAULT);
        assertThat(weighed.examples()).extracting(PromptCompletion::id).containsExactly("good");
    }

    @Test
    void rewardsMayStayAsTheyAreAndAllMayBeKept() {
        AdvantageColumns.Weighed weighed = AdvantageColumns.of(
                SCORED, ExampleNumbers.column("r"), prompt -> 0.25, new AdvantageColumns.Options(false, false));
        assertThat(weighed.examples())
                .extracting(example -> example.columns().get("advantage"))
                .containsExactly(0.95, -1.25, -0.25);
        assertThat(weighed.leftOut()).isZero();
        assertThat(AdvantageColumns.of(List.of(), r -> 1, v -> 1, AdvantageColumns.Options.DEFAULT)
                        .keptShare())
                .isZero();
    }

    @Test
    void rewardsAndValuesAreFinite() {
        assertThatThrownBy(() -> AdvantageColumns.of(
                        SCORED, example -> Double.NaN, prompt -> 0, AdvantageColumns.Options.DEFAULT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "reward of example good was NaN, must be finite; leave the example out, or correct the function");
        assertThatThrownBy(() -> AdvantageColumns.of(
                        SCORED, example -> 0, prompt -> Double.NEGATIVE_INFINITY, AdvantageColumns.Options.DEFAULT))
                .hasMessageStartingWith("value of example good was -Infinity, must be finite");
    }
}
