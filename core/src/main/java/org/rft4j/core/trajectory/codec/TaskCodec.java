package org.rft4j.core.trajectory.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.ToolCall;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;

/** Tasks, prompts and messages. */
final class TaskCodec {
    private static final int TEXT = 0;
    private static final int CHAT = 1;
    private static final int TOKENS = 2;

    private TaskCodec() {}

    static void write(ByteSink out, TaskRecord task) {
        out.text(task.id());
        writePrompt(out, task.prompt());
        out.map(task.columns(), ValueCodec::write);
    }

    static TaskRecord read(ByteSource in) {
        return new TaskRecord(in.text(), readPrompt(in), in.map(ValueCodec::read));
    }

    private static void writePrompt(ByteSink out, Prompt prompt) {
        if (prompt instanceof Prompt.Text text) {
            out.oneByte(TEXT);
            out.text(text.text());
        } else if (prompt instanceof Prompt.Chat chat) {
            out.oneByte(CHAT);
            Conversation conversation = chat.conversation();
            out.list(conversation.messages(), TaskCodec::writeMessage);
            out.list(conversation.tools(), (sink, tool) -> ValueCodec.write(sink, tool.schema()));
            out.list(conversation.documents(), ValueCodec::write);
        } else if (prompt instanceof Prompt.Tokens tokens) {
            out.oneByte(TOKENS);
            writeIds(out, tokens.ids());
        }
    }

    private static Prompt readPrompt(ByteSource in) {
        int kind = in.oneByte();
        return switch (kind) {
            case TEXT -> new Prompt.Text(in.text());
            case CHAT ->
                new Prompt.Chat(new Conversation(
                        in.list(TaskCodec::readMessage),
                        in.list(source -> new ToolSpec(readMap(source))),
                        in.list(TaskCodec::readMap)));
            case TOKENS -> new Prompt.Tokens(readIds(in));
            default -> throw ByteSource.malformed("a prompt of kind " + kind);
        };
    }

    static void writeIds(ByteSink out, long[] ids) {
        out.varint(ids.length);
        for (long id : ids) {
            out.varint(id);
        }
    }

    static long[] readIds(ByteSource in) {
        long[] ids = new long[in.count(1)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = in.varint();
        }
        return ids;
    }

    static void writeMessage(ByteSink out, ChatMessage message) {
        out.text(message.role());
        out.optional(message.content(), (sink, content) -> ValueCodec.write(sink, content.value()));
        out.optional(message.reasoning(), ByteSink::text);
        out.list(message.toolCalls(), TaskCodec::writeCall);
        out.optional(message.toolCallId(), ByteSink::text);
        out.optional(message.name(), ByteSink::text);
        out.map(message.extra(), ValueCodec::write);
    }

    static ChatMessage readMessage(ByteSource in) {
        return new ChatMessage(
                in.text(),
                in.optional(TaskCodec::readContent),
                in.optional(ByteSource::text),
                in.list(TaskCodec::readCall),
                in.optional(ByteSource::text),
                in.optional(ByteSource::text),
                in.map(ValueCodec::read));
    }

    private static Content readContent(ByteSource in) {
        return Content.of(required(ValueCodec.read(in)));
    }

    private static void writeCall(ByteSink out, ToolCall call) {
        out.optional(call.id(), ByteSink::text);
        out.text(call.name());
        ValueCodec.write(out, call.arguments());
    }

    private static ToolCall readCall(ByteSource in) {
        return new ToolCall(in.optional(ByteSource::text), in.text(), required(ValueCodec.read(in)));
    }

    static Map<String, @Nullable Object> readMap(ByteSource in) {
        if (in.oneByte() != ValueCodec.MAP) {
            throw ByteSource.malformed("no map where one must be");
        }
        return in.map(ValueCodec::read);
    }

    private static Object required(@Nullable Object value) {
        if (value == null) {
            throw ByteSource.malformed("null where a value must be");
        }
        return value;
    }
}
