package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rft4j.engine.Check;

/** Tokenizers that nobody trained, as the files that Hugging Face's library reads, so that ids are the same there. */
final class FreshTokenizers {
    /** The pattern by which a text is split into characters. */
    static final String ANY_CHARACTER = "[\\s\\S]";

    private static final String BOS = "<|bos|>";
    private static final String EOS = "<|eos|>";
    private static final String PAD = "<|pad|>";
    private static final String UNK = "<|unk|>";
    private static final int BYTES = 256;

    private FreshTokenizers() {}

    /** One token per byte. */
    static TokenizerFiles bytes() {
        List<String> vocabulary = new ArrayList<>();
        for (int b = 0; b < BYTES; b++) {
            vocabulary.add(String.valueOf(ByteAlphabet.charOf(b)));
        }
        ObjectNode preTokenizer = byteLevel();
        ObjectNode model = TokenizerFiles.newObject().put("type", "BPE");
        model.putNull("dropout");
        model.putNull("unk_token");
        model.putNull("continuing_subword_prefix");
        model.putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        List<String> special = List.of(BOS, EOS, PAD);
        vocabulary.addAll(special);
        putVocabulary(model, vocabulary);
        model.putArray("merges");
        return TokenizerFiles.of(tokenizer(special, preTokenizer, byteLevel(), model), config(special));
    }

    /** One token per character. */
    static TokenizerFiles characters(String alphabet, UnknownCharacters unknown) {
        List<String> vocabulary = distinctCharacters(alphabet);
        ObjectNode split = TokenizerFiles.newObject().put("type", "Split");
        split.putObject("pattern").put("Regex", ANY_CHARACTER);
        split.put("behavior", "Isolated").put("invert", false);
        // The library has no word for "no unknown token": one that the vocabulary lacks makes it fail, which is what we
        // want.
        ObjectNode model = TokenizerFiles.newObject().put("type", "WordLevel");
        List<String> special =
                unknown == UnknownCharacters.REFUSE ? List.of(BOS, EOS, PAD) : List.of(BOS, EOS, PAD, UNK);
        vocabulary.addAll(special);
        putVocabulary(model, vocabulary);
        model.put("unk_token", UNK);
        ObjectNode decoder = TokenizerFiles.newObject().put("type", "Fuse");
        return TokenizerFiles.of(tokenizer(special, split, decoder, model), config(special));
    }

    private static List<String> distinctCharacters(String alphabet) {
        int[] indices = CodePoints.indices(alphabet);
        Check.that(indices.length > 1, "alphabet", "empty", "must have at least one character", "name the characters");
        Set<String> seen = new HashSet<>();
        List<String> characters = new ArrayList<>();
        for (int i = 0; i + 1 < indices.length; i++) {
            String character = alphabet.substring(indices[i], indices[i + 1]);
            Check.that(
                    seen.add(character),
                    "alphabet",
                    "one with '" + character + "' twice",
                    "must have every character once",
                    "remove the second one");
            characters.add(character);
        }
        return characters;
    }

    private static ObjectNode byteLevel() {
        return TokenizerFiles.newObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
    }

    private static void putVocabulary(ObjectNode model, List<String> tokens) {
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
    }

    private static ObjectNode tokenizer(
            List<String> special, ObjectNode preTokenizer, ObjectNode decoder, ObjectNode model) {
        ObjectNode root = TokenizerFiles.newObject().put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        int ordinary = model.path("vocab").size() - special.size();
        for (int i = 0; i < special.size(); i++) {
            added.add(new AddedToken(special.get(i), false, false, false, false, true).toJson(ordinary + i));
        }
        root.putNull("normalizer");
        root.set("pre_tokenizer", preTokenizer);
        root.set("post_processor", bosBefore(ordinary));
        root.set("decoder", decoder);
        root.set("model", model);
        return root;
    }

    private static ObjectNode bosBefore(int bosId) {
        ObjectNode template = TokenizerFiles.newObject().put("type", "TemplateProcessing");
        ArrayNode single = template.putArray("single");
        piece(single, "SpecialToken", BOS, 0);
        piece(single, "Sequence", "A", 0);
        ArrayNode pair = template.putArray("pair");
        piece(pair, "SpecialToken", BOS, 0);
        piece(pair, "Sequence", "A", 0);
        piece(pair, "Sequence", "B", 1);
        ObjectNode bos = template.putObject("special_tokens").putObject(BOS);
        bos.put("id", BOS).putArray("ids").add(bosId);
        bos.putArray("tokens").add(BOS);
        return template;
    }

    private static void piece(ArrayNode template, String kind, String id, int type) {
        template.addObject().putObject(kind).put("id", id).put("type_id", type);
    }

    private static ObjectNode config(List<String> special) {
        ObjectNode config = TokenizerFiles.newObject()
                .put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("bos_token", BOS)
                .put("eos_token", EOS)
                .put("pad_token", PAD)
                .put("clean_up_tokenization_spaces", false);
        return special.contains(UNK) ? config.put("unk_token", UNK) : config;
    }
}
