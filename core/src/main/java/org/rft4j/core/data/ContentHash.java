package org.rft4j.core.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.engine.InvalidInputException;

/**
 * SHA-256 over values as data sets have them: null, booleans, numbers, strings, lists, maps in any order of their names, prompts,
 * messages. It depends on no machine and no version of Java.
 */
public final class ContentHash {
    private final MessageDigest digest;
    private long bytes;

    /** Starts with nothing. */
    public ContentHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Adds a value.
     *
     * @param value the value
     * @return this
     */
    public ContentHash add(@Nullable Object value) {
        if (value == null) {
            tag('n', 0);
        } else if (value instanceof String text) {
            text('s', text);
        } else if (value instanceof Boolean || value instanceof Number) {
            text(value instanceof Boolean ? 'b' : 'i', value.toString());
        } else if (value instanceof List<?> list) {
            tag('l', list.size());
            list.forEach(this::add);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            map.forEach((name, item) -> sorted.put(String.valueOf(name), item));
            tag('m', sorted.size());
            sorted.forEach((name, item) -> add(name).add(item));
        } else {
            addRecord(value);
        }
        return this;
    }

    private void addRecord(Object value) {
        if (value instanceof Prompt.Text prompt) {
            text('t', prompt.text());
        } else if (value instanceof Prompt.Tokens prompt) {
            long[] ids = prompt.ids();
            tag('k', ids.length);
            for (long id : ids) {
                tag('i', id);
            }
        } else if (value instanceof Prompt.Chat prompt) {
            tag('c', 0);
            add(prompt.conversation().messages());
            add(prompt.conversation().tools());
            add(prompt.conversation().documents());
        } else if (value instanceof Answer.Text answer) {
            text('a', answer.text());
        } else if (value instanceof Answer.Messages answer) {
            add(answer.messages());
        } else if (value instanceof ChatMessage message) {
            add(message.toMap());
        } else if (value instanceof ToolSpec tool) {
            add(tool.schema());
        } else {
            throw new InvalidInputException(
                    "value of a record",
                    value.getClass().getName(),
                    "must be null, a boolean, number, string, list or map",
                    "convert it when the data is read");
        }
    }

    /**
     * Adds a record: id, content and columns.
     *
     * @param example the record
     * @return this
     */
    public ContentHash add(Example example) {
        add(example.id());
        if (example instanceof TaskRecord task) {
            add(task.prompt());
        } else if (example instanceof PromptCompletion pair) {
            add(pair.prompt()).add(pair.completion());
        } else if (example instanceof Preference pair) {
            add(pair.prompt()).add(pair.chosen()).add(pair.rejected());
        } else if (example instanceof UnpairedPreference one) {
            add(one.prompt()).add(one.completion()).add(one.label());
        } else if (example instanceof LanguageModeling whole) {
            add(whole.content());
        } else if (example instanceof Stepwise steps) {
            add(steps.prompt()).add(steps.completions()).add(steps.labels());
        }
        return add(example.columns());
    }

    /**
     * How much was added, roughly as many bytes as the values take as text.
     *
     * @return a number of bytes
     */
    public long size() {
        return bytes;
    }

    /**
     * The hash of all that was added.
     *
     * @return 64 hexadecimal digits
     */
    public String hex() {
        return HexFormat.of().formatHex(copied());
    }

    /**
     * The first 64 bits of the hash of all that was added.
     *
     * @return any number
     */
    public long bits() {
        return ByteBuffer.wrap(copied()).getLong();
    }

    private byte[] copied() {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of the Java platform can be copied", e);
        }
    }

    private void text(char kind, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        tag(kind, utf8.length);
        digest.update(utf8);
        bytes += utf8.length;
    }

    private void tag(char kind, long number) {
        digest.update(ByteBuffer.allocate(9).put((byte) kind).putLong(number).array());
        bytes += 9;
    }
}
