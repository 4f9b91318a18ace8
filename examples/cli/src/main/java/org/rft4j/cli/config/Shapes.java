package org.rft4j.cli.config;

import java.util.Optional;
import org.rft4j.algorithms.likelihood.ExampleNumbers;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.algorithms.unpaired.Neighbour;
import org.rft4j.algorithms.unpaired.UnpairedRows;
import org.rft4j.cli.config.Recipe.Shape;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.TrainedTokens;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.loss.TokenColumn;

/** The examples that algorithms learn from. */
final class Shapes {
    static final Shape<PromptCompletion> COMPLETIONS = new Shape<>(
            DataType.PROMPT_COMPLETIONS,
            RowMapping::promptCompletions,
            with -> ExampleRows.completions(with.encoder()));

    static final Shape<LanguageModeling> TEXTS =
            new Shape<>(DataType.TEXTS, RowMapping::languageModeling, with -> ExampleRows.texts(with.encoder()));

    static final Shape<Preference> PREFERENCES = new Shape<>(
            DataType.PREFERENCES,
            RowMapping::preferences,
            with -> ExampleRows.preferences(with.encoder(), with.equalPairs()));

    static final Shape<Preference> WHOLE_PREFERENCES = new Shape<>(
            DataType.PREFERENCES,
            RowMapping::preferences,
            with -> ExampleRows.preferences(with.encoder(TrainedTokens.ALL), with.equalPairs())
                    .withResponse());

    private Shapes() {}

    static Shape<PromptCompletion> completionsWith(TokenColumn number, String column) {
        return new Shape<>(
                DataType.PROMPT_COMPLETIONS,
                RowMapping::promptCompletions,
                with -> ExampleRows.completions(with.encoder()).withNumber(number, ExampleNumbers.column(column)));
    }

    static Shape<Preference> preferencesWith(TokenColumn number, String column) {
        return new Shape<>(
                DataType.PREFERENCES,
                RowMapping::preferences,
                with -> ExampleRows.preferences(with.encoder(), with.equalPairs())
                        .withNumber(number, ExampleNumbers.column(column)));
    }

    static Shape<UnpairedPreference> unpaired(Neighbour neighbour) {
        return new Shape<>(
                DataType.UNPAIRED_PREFERENCES,
                RowMapping::unpairedPreferences,
                with -> new UnpairedRows(RowEncoder.of(with.encoder()), neighbour, Optional.empty()));
    }
}
