package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

/** The process of {@link TokenizerFuzzTest}. */
final class TokenizerFuzz {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Unpaired surrogates can be written as escapes only. */
    private static final ObjectWriter ASCII = MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private static final List<String> VALUES = List.of(
            "-1",
            "0",
            "1",
            "2",
            "255",
            "259",
            "16777216",
            "2000000000",
            "2147483647",
            "4294967296",
            "1e300",
            "0.5",
            "null",
            "true",
            "\"\"",
            "\" \"",
            "\"a\"",
            "\"A\"",
            "\"B\"",
            "\"<s>\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "[]",
            "{}",
            "\"AAAA\"",
            "\"BAAAAAAAAAA=\"",
            "\"first\"",
            "\"\\u2581\"",
            "[[0]]",
            "{\"String\":\"\"}",
            "{\"String\":\" \"}",
            "{\"Regex\":\"(a+)+$\"}",
            "{\"Regex\":\"\\\\s*x\"}",
            "{\"Regex\":\"\"}",
            "{\"Regex\":\"(\"}");
    private static final List<String> STEPS = List.of(
            "{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":1}",
            "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}",
            "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}",
            "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"x\"}",
            "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"l*\"},\"content\":\"\"}",
            "{\"type\":\"Prepend\",\"prepend\":\"\"}",
            "{\"type\":\"NFKC\"}",
            "{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,\"strip_accents\":true,"
                    + "\"lowercase\":true}",
            "{\"type\":\"Metaspace\",\"replacement\":\"\\u2581\",\"prepend_scheme\":\"always\",\"split\":true}",
            "{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":true}",
            "{\"type\":\"BPEDecoder\",\"suffix\":\"</w>\"}",
            "{\"type\":\"CTC\",\"pad_token\":\"<pad>\",\"word_delimiter_token\":\"|\",\"cleanup\":true}",
            "{\"type\":\"FixedLength\",\"length\":0}",
            "{\"type\":\"Split\",\"pattern\":{\"Regex\":\" ?l*\"},\"behavior\":\"MergedWithPrevious\",\"invert\":true}",
            "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true,\"use_regex\":true}",
            "{\"type\":\"BertPreTokenizer\"}",
            "{\"type\":\"UnicodeScripts\"}",
            "{\"type\":\"BertProcessing\",\"sep\":[\"a\",1],\"cls\":[\"b\",2]}",
            "{\"type\":\"RobertaProcessing\",\"sep\":[\"a\",1],\"cls\":[\"b\",2],\"trim_offsets\":true,"
                    + "\"add_prefix_space\":true}",
            "[\"Strip\",\" \",1,1]",
            "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Fuse\"},{\"type\":\"Fuse\"}]}");
    private static final List<String> PARTS = List.of("normalizer", "pre_tokenizer", "post_processor", "decoder");
    private static final String TEXT =
            "Hello  w\u00F6rld \uD83D\uDE00 all 1234\n<s> aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab ";

    private final KeyedRandom random;
    private long draws;

    private TokenizerFuzz(KeyedRandom random) {
        this.random = random;
    }

    /** Takes the seed, the number of trials and the file that says how far it got. */
    public static void main(String[] arguments) throws IOException {
        KeyedRandom random = KeyedRandom.ofSeed(Long.parseLong(arguments[0])).derive("tokenizer");
        Path report = Path.of(arguments[2]);
        List<String> originals = List.of(
                Files.readString(TokenizerFolders.folder("stories260K").resolve(TokenizerFiles.TOKENIZER)),
                Files.readString(TokenizerFolders.folder("bytes").resolve(TokenizerFiles.TOKENIZER)));
        Path folder = Files.createTempDirectory(report.toAbsolutePath().resolveSibling(""), "trial");
        int worked = 0;
        int trials = Integer.parseInt(arguments[1]);
        for (int i = 0; i < trials; i++) {
            TokenizerFuzz fuzz = new TokenizerFuzz(random.derive(i));
            String json = fuzz.damaged(originals.get(i % originals.size()));
            Files.writeString(folder.resolve(TokenizerFiles.TOKENIZER), json);
            Files.write(report, ("trial " + i + ": " + fuzz.changes).getBytes(StandardCharsets.UTF_8));
            worked += works(folder) ? 1 : 0;
        }
        Files.writeString(report, "worked " + worked + ", refused " + (trials - worked));
    }

    private final List<String> changes = new ArrayList<>();

    private static boolean works(Path folder) {
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            tokenizer.encode("", true);
            long[] ids = tokenizer.encode(TEXT, true).ids();
            tokenizer.decode(ids, true);
            tokenizer.decode(new long[] {5, 5, 35, 100}, false);
            tokenizer.incrementalDecoder(false);
            return true;
        } catch (InvalidInputException e) {
            if (!String.valueOf(e.getMessage()).contains(" was ")) {
                throw new AssertionError("without a value", e);
            }
            return false;
        }
    }

    private String damaged(String original) throws IOException {
        ObjectNode root = (ObjectNode) MAPPER.readTree(original);
        int count = 1 + below(3);
        for (int i = 0; i < count; i++) {
            change(root);
        }
        String json = ASCII.writeValueAsString(root);
        if (below(30) == 0) {
            changes.add("cut");
            return json.substring(0, below(json.length()));
        }
        return json;
    }

    private void change(ObjectNode root) throws IOException {
        if (below(4) == 0) {
            String part = PARTS.get(below(PARTS.size()));
            String step = STEPS.get(below(STEPS.size()));
            changes.add(part + "=" + step);
            root.set(part, MAPPER.readTree(step));
            return;
        }
        ContainerNode<?> container = root;
        List<String> path = new ArrayList<>();
        while (true) {
            if (container.isEmpty()) {
                return;
            }
            String name = childName(container, below(container.size()));
            path.add(name);
            JsonNode child = child(container, name);
            if (child instanceof ContainerNode<?> inner && !inner.isEmpty() && below(8) > 0) {
                container = inner;
            } else {
                replace(container, name, path);
                return;
            }
        }
    }

    private void replace(ContainerNode<?> container, String name, List<String> path) throws IOException {
        int kind = below(6);
        if (kind == 0) {
            changes.add("without " + path);
            if (container instanceof ObjectNode object) {
                object.remove(name);
            } else {
                ((ArrayNode) container).remove(Integer.parseInt(name));
            }
            return;
        }
        JsonNode value = kind == 1
                ? child(container, childName(container, below(container.size())))
                        .deepCopy()
                : MAPPER.readTree(VALUES.get(below(VALUES.size())));
        String shown = value.toString();
        changes.add(path + "=" + shown.substring(0, Math.min(200, shown.length())));
        if (container instanceof ObjectNode object) {
            object.set(name, value);
        } else {
            ((ArrayNode) container).set(Integer.parseInt(name), value);
        }
    }

    private static String childName(ContainerNode<?> container, int index) {
        if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            return names.get(index);
        }
        return Integer.toString(index);
    }

    private static JsonNode child(ContainerNode<?> container, String name) {
        return container instanceof ObjectNode object ? object.path(name) : container.path(Integer.parseInt(name));
    }

    private int below(int bound) {
        return (int) (random.uniform(draws++) * bound);
    }
}
