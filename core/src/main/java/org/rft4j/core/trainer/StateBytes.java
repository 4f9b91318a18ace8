package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.Check;

/**
 * The bytes of a state tree, such as encoded groups, as a file beside its JSON, where each is replaced by its number: {@code {"@bytes": 3}}. In JSON
 * they would take a third more, and a few sampled batches would be more than a reader of JSON takes. The checkpoint sees to it that the
 * file is whole.
 */
final class StateBytes {
    private static final String PLACE = "@bytes";

    private static final int MAGIC = 0x72_66_61_01; // "rfa", version 1

    private final List<byte[]> all = new ArrayList<>();

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** A copy of a tree without its bytes, which are kept here. */
    JsonNode takenFrom(JsonNode tree) {
        if (tree.isBinary()) {
            try {
                all.add(tree.binaryValue());
            } catch (IOException e) {
                throw new IllegalStateException("a binary node has its bytes", e);
            }
            return JsonNodeFactory.instance.objectNode().put(PLACE, all.size() - 1);
        }
        Check.that(!tree.has(PLACE), "name in a state", PLACE, "must not be used", "give it another name");
        return copied(tree, this::takenFrom);
    }

    /** A copy of a tree with its bytes. */
    JsonNode putInto(JsonNode tree) {
        return tree.has(PLACE)
                ? JsonNodeFactory.instance.binaryNode(all.get(tree.path(PLACE).asInt()))
                : copied(tree, this::putInto);
    }

    private interface Each {
        JsonNode of(JsonNode child);
    }

    private static JsonNode copied(JsonNode tree, Each each) {
        if (tree.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            tree.properties().forEach(entry -> copy.set(entry.getKey(), each.of(entry.getValue())));
            return copy;
        }
        if (tree.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            tree.forEach(child -> copy.add(each.of(child)));
            return copy;
        }
        return tree;
    }

    void write(OutputStream target) throws IOException {
        DataOutputStream out = new DataOutputStream(target);
        out.writeInt(MAGIC);
        out.writeInt(all.size());
        for (byte[] bytes : all) {
            out.writeInt(bytes.length);
            out.write(bytes);
        }
        out.flush();
    }

    static StateBytes read(InputStream source) throws IOException {
        DataInputStream in = new DataInputStream(source);
        if (in.readInt() != MAGIC) {
            throw new IOException("it holds no bytes of a state of this version");
        }
        StateBytes read = new StateBytes();
        int count = in.readInt();
        for (int n = 0; n < count; n++) {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            read.all.add(bytes);
        }
        return read;
    }
}
