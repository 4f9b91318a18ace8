package org.rft4j.core.data.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.select.PromptEncoder;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.InvalidInputException;

class ExampleEncoderTest {
    private static final String TURNS =
            "{% for m in messages %}{% if strip and not loop.last %}-{% endif %}{{ m.role[0] }}:"
                    + "{{ m.content }}.\n{% endfor %}{% if add_generation_prompt %}a:{% endif %}";
    private static final EncodeOptions OPTIONS = EncodeOptions.of(100, OverLength.REFUSE);

    private final Tokenizer bytes = Tokenizers.bytes();

    @AfterEach
    void close() {
        bytes.close();
    }

    @Test
    void theEndTokenIsTrainedOnceOrNotAtAll() {
        EncodedExample with = text(OPTIONS, "ab", "cd");
        assertThat(told(with)).isEqualTo("<|bos|>ab|cd<|eos|>");
        assertThat(with.trainedTokens()).isEqualTo(3);
        assertThat(told(text(OPTIONS, "ab", "cd<|eos|>"))).isEqualTo("<|bos|>ab|cd<|eos|>");
        assertThat(told(text(OPTIONS, "ab<|eos|>", ""))).isEqualTo("<|bos|>ab<|eos|>|<|eos|>");
        assertThat(told(text(OPTIONS.withoutEndToken(), "ab", "cd"))).isEqualTo("<|bos|>ab|cd");
        assertThat(told(whole(OPTIONS, Prompt.of("ab")))).isEqualTo("|<|bos|>ab<|eos|>");
        assertThat(told(whole(OPTIONS, Prompt.of(new long[] {97, 98})))).isEqualTo("|ab");
    }

    @Test
    void tokensArePromptsAsTheyAre() {
        EncodedExample one = encoder(OPTIONS)
                .encode(Prompt.of(new long[] {104, 105}), Answer.of("!"))
                .orElseThrow();
        assertThat(told(one)).isEqualTo("hi|!<|eos|>");
        assertThat(one.apart()).isFalse();
    }

    @Test
    void maskOf() {
        assertThat(mask(OPTIONS, "ab", "cd")).isEqualTo("000111");
        assertThat(mask(OPTIONS.training(TrainedTokens.ALL), "ab", "cd")).isEqualTo("011111");
        assertThat(mask(OPTIONS.training(TrainedTokens.LAST), "ab", "cd")).isEqualTo("000001");
        assertThat(digits(whole(OPTIONS, Prompt.of("ab")))).isEqualTo("0111");
        assertThat(mask(OPTIONS.withoutEndToken(), "ab", ""))
                .as("nothing to train")
                .isEqualTo("000");
    }

    @Test
    void tooLongExamplesAreCutAtTheirEnd() {
        EncodeOptions start = EncodeOptions.of(4, OverLength.KEEP_START);
        EncodedExample one = text(start, "ab", "cdef");
        assertThat(told(one)).isEqualTo("<|bos|>ab|c");
        assertThat(one.cut()).isTrue();
        assertThat(mask(start.training(TrainedTokens.LAST), "ab", "cdef")).isEqualTo("0001");
        assertThat(encoder(start).encode(Prompt.of("abc"), Answer.of("d")))
                .as("nothing is left of the answer")
                .isEmpty();
        assertThat(text(start, "a", "b").cut()).as("exactly as long as allowed").isFalse();
    }

    @Test
    void orAtTheBeginningOfTheirPrompt() {
        EncodeOptions end = EncodeOptions.of(4, OverLength.KEEP_END);
        EncodedExample one = text(end, "ab", "cd");
        assertThat(told(one)).isEqualTo("b|cd<|eos|>");
        assertThat(one.cut()).isTrue();
        EncodedExample answerAlone = text(end, "ab", "cdef");
        assertThat(told(answerAlone)).isEqualTo("|def<|eos|>");
        assertThat(digits(answerAlone)).isEqualTo("0111");
    }

    @Test
    void orTheyAreDroppedOrRefused() {
        assertThat(encoder(EncodeOptions.of(5, OverLength.DROP)).encode(Prompt.of("ab"), Answer.of("cd")))
                .isEmpty();
        assertThatThrownBy(() -> pair(EncodeOptions.of(5, OverLength.REFUSE), "c", "cde"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "example p was 7 tokens long, must have at most 5; allow more, or choose what becomes of such"
                                + " examples with OverLength");
        assertThatThrownBy(() -> EncodeOptions.of(1, OverLength.DROP))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("maxTokens was 1, must be at least 2; use 1024, or the model's context");
    }

    @Test
    void aPairKeepsTheSamePrompt() {
        EncodeOptions end = EncodeOptions.of(5, OverLength.KEEP_END);
        assertThat(pair(end, "c", "cde")).extracting(this::told).containsExactly("b|c<|eos|>", "b|cde<|eos|>");
        assertThat(pair(end, "c", "cdefg")).extracting(this::told).containsExactly("|c<|eos|>", "|defg<|eos|>");
        assertThat(pair(EncodeOptions.of(5, OverLength.KEEP_START), "c", "cde"))
                .extracting(this::told)
                .containsExactly("<|bos|>ab|c<|eos|>", "<|bos|>ab|cd");
        assertThat(pair(EncodeOptions.of(5, OverLength.DROP), "c", "cde")).isEmpty();
        assertThat(pair(end, "c", "cde")).extracting(EncodedExample::cut).containsExactly(true, true);
        assertThat(pair(EncodeOptions.of(5, OverLength.KEEP_START), "c", "cde"))
                .extracting(EncodedExample::cut)
                .containsExactly(false, true);
    }

    @Test
    void aPromptIsEncodedAsItIsWhereTheModelIsAsked() throws URISyntaxException {
        Path folder = Path.of(getClass().getResource("/models/stories260K").toURI());
        try (Tokenizer merging = Tokenizers.load(folder)) {
            ChatTemplate template = ChatTemplate.of(TURNS.replace(":", ": "));
            PromptEncoder asked = new PromptEncoder(merging, template, RenderOptions.GENERATION);
            ExampleEncoder encoder = ExampleEncoder.of(merging, Optional.of(template), OPTIONS);
            for (Preference one : List.of(
                    new Preference("t", Prompt.of("Once upon a ti"), Answer.of("me"), Answer.of(" no"), Map.of()),
                    new Preference(
                            "c",
                            Prompt.of(ChatMessage.user("Once")),
                            Answer.of(ChatMessage.assistant("upon")),
                            Answer.of(ChatMessage.assistant("nd")),
                            Map.of()))) {
                long[] prompt = asked.encode(new TaskRecord(one.id(), one.prompt(), one.columns()));
                List<EncodedExample> both = encoder.encode(one, one.prompt(), List.of(one.chosen(), one.rejected()));
                assertThat(both)
                        .allSatisfy(side -> assertThat(Arrays.copyOf(side.ids(), side.promptTokens()))
                                .containsExactly(prompt))
                        .extracting(EncodedExample::apart)
                        .contains(true);
            }
            EncodedExample merged = encoder.encode(Prompt.of("Once upon a ti"), Answer.of("me there"))
                    .orElseThrow();
            assertThat(merging.decode(merged.ids(), true)).isEqualTo("Once upon a time there");
        }
    }

    @Test
    void whatTheAssistantSaysIsFoundByPrefixes() {
        LanguageModeling talk = new LanguageModeling(
                "talk",
                Prompt.of(
                        ChatMessage.user("hm"),
                        ChatMessage.assistant("ab"),
                        ChatMessage.user("so"),
                        ChatMessage.assistant("c")),
                Map.of());
        EncodeOptions turns = OPTIONS.training(TrainedTokens.ASSISTANT).withTurns(AssistantTurns.PREFIXES);
        EncodedExample one = encoder(turns).encode(talk).orElseThrow();
        assertThat(bytes.decode(one.ids(), false)).isEqualTo("u:hm.\na:ab.\nu:so.\na:c.\n");
        assertThat(digits(one)).isEqualTo("00000000111000000000110");
        assertThatThrownBy(() -> encoder(turns.withRendering(RenderOptions.TRAINING.with("strip", true)))
                        .encode(talk))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "message 1 of example talk was rendered otherwise when others follow it, or when it is asked"
                                + " for, must stay as it is where turns are found by prefixes; take a template with generation blocks"
                                + " and AssistantTurns.GENERATION_BLOCKS, or train the ANSWER");
        assertThatThrownBy(
                        () -> encoder(OPTIONS.training(TrainedTokens.ASSISTANT)).encode(talk))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "chat template of example talk was one without generation blocks, must mark what the assistant"
                                + " says where that alone is trained; put {% generation %} blocks into it, find the turns with"
                                + " EncodeOptions.withTurns(AssistantTurns.PREFIXES), or train the ANSWER");
    }

    @Test
    void whatCannotBeEncodedIsSaid() {
        ExampleEncoder plain = ExampleEncoder.of(bytes, Optional.empty(), OPTIONS);
        assertThatThrownBy(() -> plain.encode(Prompt.of(ChatMessage.user("a")), Answer.of(ChatMessage.assistant("b"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("example example was a conversation, must be text where there is no chat template; give a"
                        + " ChatTemplate, or make the example a text");
        assertThatThrownBy(() -> text(OPTIONS.training(TrainedTokens.ASSISTANT), "a", "b"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "trained tokens of example example was ASSISTANT, must be ANSWER, ALL or LAST in a text, where"
                                + " nobody is known to speak; train the ANSWER, or make the example a conversation");
    }

    private ExampleEncoder encoder(EncodeOptions options) {
        return ExampleEncoder.of(bytes, Optional.of(ChatTemplate.of(TURNS)), options);
    }

    private EncodedExample text(EncodeOptions options, String prompt, String answer) {
        return encoder(options).encode(Prompt.of(prompt), Answer.of(answer)).orElseThrow();
    }

    private EncodedExample whole(EncodeOptions options, Prompt content) {
        return encoder(options)
                .encode(new LanguageModeling("w", content, Map.of()))
                .orElseThrow();
    }

    private List<EncodedExample> pair(EncodeOptions options, String chosen, String rejected) {
        Preference pair = new Preference("p", Prompt.of("ab"), Answer.of(chosen), Answer.of(rejected), Map.of());
        return encoder(options).encode(pair, pair.prompt(), List.of(pair.chosen(), pair.rejected()));
    }

    private String mask(EncodeOptions options, String prompt, String answer) {
        return digits(text(options, prompt, answer));
    }

    private static String digits(EncodedExample one) {
        String told = EncodedExamplesGoldenTest.told(one);
        return told.substring(told.lastIndexOf(' ') + 1);
    }

    /** The text, with a line where the answer begins. */
    private String told(EncodedExample one) {
        int border = one.promptTokens();
        return bytes.decode(Arrays.copyOf(one.ids(), border), false) + "|"
                + bytes.decode(Arrays.copyOfRange(one.ids(), border, one.ids().length), false);
    }
}
