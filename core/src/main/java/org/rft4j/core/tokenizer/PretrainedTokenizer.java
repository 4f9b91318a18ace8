package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;
import org.rft4j.engine.Check;

/** A tokenizer of Hugging Face's library, set up from its files as transformers' AutoTokenizer does it. */
final class PretrainedTokenizer implements Tokenizer {
    private final TokenizerFiles files;
    private final NativeTokenizer tokenizer;
    private final TokenTable table;
    private final SpecialTokens specialTokens;
    private final JsonNode decoder;
    private final boolean cleansUp;
    private final long longestText;
    private final Optional<ClosedAlphabet> closedAlphabet;

    private PretrainedTokenizer(
            TokenizerFiles files,
            NativeTokenizer tokenizer,
            TokenTable table,
            SpecialTokens specialTokens,
            TokenizerDefinition definition,
            boolean cleansUp) {
        this.files = files;
        this.tokenizer = tokenizer;
        this.table = table;
        this.specialTokens = specialTokens;
        decoder = definition.decoder();
        this.cleansUp = cleansUp;
        longestText = definition.longestText();
        closedAlphabet = definition.hasClosedAlphabet() ? Optional.of(new ClosedAlphabet(table)) : Optional.empty();
    }

    static PretrainedTokenizer of(TokenizerFiles files) {
        byte[] original = files.content(TokenizerFiles.TOKENIZER);
        TokenizerDefinition definition =
                new TokenizerDefinition(files.json(TokenizerFiles.TOKENIZER).orElseThrow(), files.origin());
        ObjectNode config = files.json(TokenizerFiles.TOKENIZER_CONFIG).orElseGet(TokenizerFiles::newObject);
        Check.that(
                !config.path("split_special_tokens").asBoolean(false),
                "split_special_tokens in tokenizer_config.json of " + files.origin(),
                true,
                "must be false",
                "remove it: special tokens that are spelled out in a text become their ids here");
        JsonNode modelConfig = files.modelConfig().map(JsonNode.class::cast).orElse(MissingNode.getInstance());
        if (LlamaPipeline.applies(definition, config, modelConfig)) {
            LlamaPipeline.install(definition, config);
        }
        TokenRoles roles = TokenRoles.read(files);
        roles.applyTo(definition);
        TokenTable table = definition.table();
        SpecialTokens specialTokens = new GenerationIds(files, table).with(roles);
        boolean cleansUp = config.path("clean_up_tokenization_spaces").asBoolean(false) && !definition.isBpe();
        NativeTokenizer tokenizer = NativeTokenizer.of(definition.json(original), files.origin());
        return new PretrainedTokenizer(files, tokenizer, table, specialTokens, definition, cleansUp);
    }

    @Override
    public Encoding encode(String text, boolean addSpecialTokens) {
        Check.that(
                text.length() <= longestText,
                "length of the text",
                text.length(),
                "must be <= " + longestText,
                "encode it in parts: native code fails where a pattern of this tokenizer runs over more");
        int[] indices = CodePoints.indices(text);
        closedAlphabet.ifPresent(alphabet -> alphabet.check(text));
        ai.djl.huggingface.tokenizers.Encoding encoded = tokenizer.encode(text, addSpecialTokens);
        long[] ids = encoded.getIds();
        TokenOffsets.Builder offsets = new TokenOffsets.Builder(ids.length);
        for (int i = 0; i < ids.length; i++) {
            ai.djl.huggingface.tokenizers.jni.CharSpan span = encoded.getCharTokenSpans()[i];
            if (span != null) {
                offsets.set(i, indices[span.getStart()], indices[span.getEnd()]);
            }
        }
        return new Encoding(ids, offsets.buildOver(text));
    }

    @Override
    public String decode(long[] ids, boolean skipSpecialTokens) {
        for (long id : ids) {
            table.textOf(id);
        }
        String text = tokenizer.decode(ids, skipSpecialTokens);
        return cleansUp ? CleanUp.of(text) : text;
    }

    @Override
    public int vocabularySize() {
        return table.size();
    }

    @Override
    public SpecialTokens specialTokens() {
        return specialTokens;
    }

    @Override
    public boolean isSpecial(long id) {
        table.textOf(id);
        return table.isSpecial(id);
    }

    @Override
    public Optional<Long> idOf(String token) {
        return table.idOf(token);
    }

    @Override
    public String tokenOf(long id) {
        return table.textOf(id);
    }

    @Override
    public IncrementalDecoder incrementalDecoder(boolean skipSpecialTokens) {
        return new StreamingDecoder(table, plan(), skipSpecialTokens);
    }

    @Override
    public TokenOffsets offsetsOf(long[] ids, boolean skipSpecialTokens) {
        return StreamingDecoder.offsets(table, plan(), ids, skipSpecialTokens);
    }

    @Override
    public void save(Path folder) {
        files.save(folder);
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private DecodePlan plan() {
        Check.that(
                !cleansUp,
                "clean_up_tokenization_spaces in tokenizer_config.json of " + files.origin(),
                true,
                "must be false to decode piece by piece",
                "decode whole sequences with decode(...)");
        return DecodePlan.of(decoder);
    }
}
