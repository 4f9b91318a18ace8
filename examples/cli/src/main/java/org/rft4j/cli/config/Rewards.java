package org.rft4j.cli.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.rft4j.cli.bind.Family;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Variant;
import org.rft4j.core.reward.Reward;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.Reveal;
import org.rft4j.rewards.arithmetic.CalculationReward;
import org.rft4j.rewards.arithmetic.CountdownOptions;
import org.rft4j.rewards.arithmetic.CountdownReward;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.format.PatternFormat;
import org.rft4j.rewards.format.TagFormat;
import org.rft4j.rewards.instruction.InstructionReward;
import org.rft4j.rewards.json.JsonPathReward;
import org.rft4j.rewards.json.JsonSchemaReward;
import org.rft4j.rewards.length.SoftOverlong;
import org.rft4j.rewards.length.TargetLength;
import org.rft4j.rewards.logic.LogicReward;
import org.rft4j.rewards.match.MatchReward;
import org.rft4j.rewards.match.MultipleChoiceReward;
import org.rft4j.rewards.maths.MathsReward;
import org.rft4j.rewards.maths.MathsRewardOptions;
import org.rft4j.rewards.numeric.NumericOptions;
import org.rft4j.rewards.numeric.NumericReward;
import org.rft4j.rewards.repetition.NgramRepetition;
import org.rft4j.rewards.repetition.RepeatedTokens;
import org.rft4j.rewards.run.PanelMember;
import org.rft4j.rewards.similarity.Bleu;
import org.rft4j.rewards.similarity.Chrf;
import org.rft4j.rewards.similarity.EditSimilarity;
import org.rft4j.rewards.similarity.Meteor;
import org.rft4j.rewards.similarity.Rouge;
import org.rft4j.rewards.similarity.TokenF1;
import org.rft4j.rewards.structured.ToolCallReward;
import org.rft4j.rewards.text.CharacterReward;
import org.rft4j.rewards.text.KeywordReward;
import org.rft4j.rewards.text.LanguageReward;

/** All rewards that a file can name. */
final class Rewards {
    static final Family<PanelMember> FAMILY = new Family<>(
            "reward type",
            List.of(
                    usual("maths", MathsRewardOptions.DEFAULT, MathsReward::new),
                    usual("gsm8k", MathsRewardOptions.GSM8K, MathsReward::new),
                    usual("numeric", NumericOptions.DEFAULT, NumericReward::new),
                    usual("exactMatch", MatchReward.Options.EXACT, MatchReward::new),
                    usual("normalisedMatch", MatchReward.Options.NORMALISED, MatchReward::new),
                    typed("multipleChoice", MultipleChoice.class, MultipleChoice::reward),
                    usual("countdown", CountdownOptions.DEFAULT, CountdownReward::new),
                    typed("calculation", Calculation.class, of -> new CalculationReward(of.tolerance())),
                    usual(
                            "logic",
                            new Logic(AnswerSource.BOXED, Reveal.HINT),
                            of -> new LogicReward(of.source(), of.reveal())),
                    typed("pattern", Form.class, Form::reward),
                    usual("tags", TagFormat.thinkThenAnswer(), of -> of),
                    typed("softOverlong", SoftOverlong.class, of -> of),
                    typed("targetLength", TargetLength.class, of -> of),
                    typed("ngramRepetition", NgramRepetition.class, of -> of),
                    typed("repeatedTokens", RepeatedTokens.class, of -> of),
                    typed("keywords", Keywords.class, of -> KeywordReward.of(of.required(), of.forbidden())),
                    typed(
                            "keywordColumns",
                            KeywordColumns.class,
                            of -> KeywordReward.inColumns(of.required(), of.forbidden())),
                    usual("ascii", new NoKeys(), none -> CharacterReward.ascii()),
                    typed("language", Language.class, of -> LanguageReward.of(of.code())),
                    typed("languageColumn", Column.class, of -> LanguageReward.inColumn(of.column())),
                    typed("instruction", InstructionReward.class, of -> of),
                    typed("jsonSchema", SchemaFile.class, SchemaFile::reward),
                    typed("jsonSchemaColumn", Column.class, of -> JsonSchemaReward.inColumn(of.column())),
                    typed(
                            "jsonPath",
                            Paths.class,
                            of -> JsonPathReward.of(of.column(), of.paths().toArray(String[]::new))),
                    typed("toolCall", ToolCallReward.class, of -> of),
                    usual("bleu", new Bleu("answer", Bleu.Options.SENTENCE), of -> of),
                    usual("chrf", new Chrf("answer", Chrf.Options.CHRF), of -> of),
                    usual("meteor", new Meteor("answer", Meteor.Options.DEFAULT), of -> of),
                    usual("rouge", new Rouge("answer", Rouge.Kind.ROUGE_L), of -> of),
                    usual("tokenF1", new TokenF1("answer"), of -> of),
                    typed("editSimilarity", EditSimilarity.class, of -> of),
                    typed("class", OwnClass.class, OwnClass::reward)));

    private Rewards() {}

    private static <R extends Record> Variant<PanelMember> usual(
            String name, R template, Function<R, ? extends Reward> maker) {
        return Variant.of(name, template, of -> PanelMember.ofSample(maker.apply(of)));
    }

    private static <R extends Record> Variant<PanelMember> typed(
            String name, Class<R> options, Function<R, ? extends Reward> maker) {
        return Variant.of(name, options, of -> PanelMember.ofSample(maker.apply(of)));
    }

    /**
     * The expected option of several.
     *
     * @param column the expected option
     * @param choicesColumn the texts of the options
     * @param count how many there are, where no column has them
     * @param lastMention whether an option that was named last counts where no answer is marked
     * @param reveal what feedback gives away
     */
    record MultipleChoice(
            @Otherwise("answer") String column,
            Optional<String> choicesColumn,
            @Otherwise("4") int count,
            @Otherwise("false") boolean lastMention,
            @Otherwise("hint") Reveal reveal) {
        Reward reward() {
            return new MultipleChoiceReward(
                    new MultipleChoiceReward.Options(column, choicesColumn.orElse(null), count, lastMention, reveal));
        }
    }

    /**
     * Calculations within the text.
     *
     * @param tolerance how far a result may be off
     */
    record Calculation(@Otherwise("0") Rational tolerance) {}

    /**
     * A formula with the same truth table.
     *
     * @param source where the answers stand
     * @param reveal what feedback gives away
     */
    record Logic(AnswerSource source, Reveal reveal) {}

    /**
     * A regular expression.
     *
     * @param pattern the expression
     * @param example a completion that matches
     * @param whole whether it must match the whole completion
     * @param steps the most looks at the text
     */
    record Form(
            Pattern pattern,
            String example,
            @Otherwise("false") boolean whole,
            @Otherwise("50000000") long steps) {
        Reward reward() {
            return new PatternFormat("pattern", pattern, whole, example, steps);
        }
    }

    /**
     * Words.
     *
     * @param required must be there
     * @param forbidden must not
     */
    record Keywords(
            @Otherwise("[]") List<String> required,
            @Otherwise("[]") List<String> forbidden) {}

    /**
     * Words of the task.
     *
     * @param required the column of words that must be there
     * @param forbidden the column of words that must not
     */
    record KeywordColumns(
            @Otherwise("required") String required,
            @Otherwise("forbidden") String forbidden) {}

    /**
     * A language.
     *
     * @param code of the language, as in ISO 639-1
     */
    record Language(String code) {}

    /**
     * A column of the task.
     *
     * @param column its name
     */
    record Column(String column) {}

    /**
     * A JSON schema that all answers must follow.
     *
     * @param file the schema
     */
    record SchemaFile(Path file) {
        Reward reward() {
            return JsonSchemaReward.fixed(JsonFile.read(file));
        }
    }

    /**
     * Values within JSON.
     *
     * @param column the expected JSON
     * @param paths what is compared
     */
    record Paths(@Otherwise("answer") String column, List<String> paths) {}

    /**
     * A reward of your own.
     *
     * @param className a public class that implements Reward and has a public constructor without parameters
     */
    record OwnClass(String className) {
        Reward reward() {
            return OwnReward.of(className);
        }
    }
}
