package org.rft4j.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;

/** The plain likelihood of completions, each of which may count more or less than others. */
record LikelihoodMethod(Tokenizer tokenizer, RowWeights weights)
        implements Objective, ExampleArrangement<PromptCompletion> {
    static final String IMPORTANCE = "importance";

    private static final TokenColumn COLUMN = new TokenColumn(IMPORTANCE);

    @Override
    public String name() {
        return "likelihood";
    }

    @Override
    public Needs needs() {
        return Needs.NOTHING_MORE;
    }

    @Override
    public ArrangedRows arrange(List<PromptCompletion> examples) {
        List<ExampleRow> rows = new ArrayList<>();
        for (PromptCompletion example : examples) {
            long[] prompt = tokenizer
                    .encode(((Prompt.Text) example.prompt()).text(), true)
                    .ids();
            long[] all = tokenizer
                    .encode(((Prompt.Text) example.prompt()).text() + ((Answer.Text) example.completion()).text(), true)
                    .ids();
            boolean[] trained = new boolean[all.length];
            Arrays.fill(trained, Math.min(prompt.length, all.length), all.length, true);
            float[] importance = new float[all.length];
            Arrays.fill(importance, ((Number) example.columns().get(IMPORTANCE)).floatValue());
            rows.add(new ExampleRow(all, trained, rows.size(), Map.of(COLUMN, importance)));
        }
        return ArrangedRows.of(rows);
    }

    @Override
    public LossResult loss(LossInput input) {
        return LossResult.of(input.weighted(input.logProbs().neg().mul(input.column(COLUMN))));
    }
}
