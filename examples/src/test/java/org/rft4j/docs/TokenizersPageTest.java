package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.AssistantMask;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.chat.RenderedChat;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.tokenizer.Encoding;
import org.rft4j.core.tokenizer.IncrementalDecoder;
import org.rft4j.core.tokenizer.TokenOffsets;
import org.rft4j.core.tokenizer.TokenSpan;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;

/** The code of docs/tokenizers-and-chat.md. */
class TokenizersPageTest {
    private final Stories stories = new Stories();

    @AfterEach
    void free() {
        stories.close();
    }

    @Test
    void thereAndBack() throws IOException {
        Path folder = stories.folder();
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            Encoding encoding = tokenizer.encode("Once upon a time", true);
            long[] ids = encoding.ids();
            CharSpan span = encoding.offsets().charsOf(2);
            TokenSpan tokens = encoding.tokensOf(5, 9);
            String text = tokenizer.decode(ids, true);
            assertThat(text).isEqualTo("Once upon a time");
            assertThat(span.end()).isGreaterThan(span.start());
            assertThat(encoding.offsets().charsOf(tokens).end()).isEqualTo(9);
        }
    }

    @Test
    void sampledIds() throws IOException {
        try (Tokenizer tokenizer = Tokenizers.load(stories.folder())) {
            long[] ids = tokenizer.encode("Once upon a time", true).ids();
            IncrementalDecoder decoder = tokenizer.incrementalDecoder(true);
            StringBuilder text = new StringBuilder();
            for (long id : ids) {
                text.append(decoder.accept(id));
            }
            text.append(decoder.flush());
            assertThat(text).hasToString("Once upon a time");
        }
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            long[] ids = tokenizer.encode("Once upon a time", true).ids();
            TokenOffsets offsets = tokenizer.offsetsOf(ids, true);
            int at = offsets.text().indexOf("upon");
            TokenSpan passage = offsets.tokensOf(at, at + 4);
            assertThat(passage).isEqualTo(new TokenSpan(6, 10));
        }
    }

    @Test
    void prompts() throws IOException {
        Path chatFolder = stories.folder();
        try (Tokenizer tokenizer = Tokenizers.load(chatFolder)) {
            Conversation conversation = Conversation.of(
                    ChatMessage.system("Answer briefly."), ChatMessage.user("What is the capital of France?"));
            ChatTemplate template = ChatTemplate.load(chatFolder);
            String prompt = template.renderText(conversation, RenderOptions.GENERATION);
            long[] ids = tokenizer.encode(prompt, false).ids();
            assertThat(prompt).isEqualTo("system: Answer briefly.\nuser: What is the capital of France?\nassistant:");
            assertThat(ids).isNotEmpty();
        }
    }

    @Test
    void whatTheAssistantWrote() {
        ChatTemplate trainingTemplate = ChatTemplate.of("{% for m in messages %}{% if m.role == 'assistant' %}"
                + "{% generation %}{{ m.content }}{% endgeneration %}"
                + "{% else %}{{ m.content }}{% endif %}{% endfor %}");
        Conversation dialogue = Conversation.of(ChatMessage.user("2+2="), ChatMessage.assistant("4"));
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            RenderedChat chat = trainingTemplate.render(dialogue, RenderOptions.TRAINING);
            Encoding encoding = tokenizer.encode(chat.text(), false);
            boolean[] scored = AssistantMask.of(chat, encoding);
            TokenBatch batch = TokenBatch.of(List.of(encoding.ids()), List.of(scored));
            assertThat(scored).containsExactly(false, false, false, false, true);
            assertThat(batch.scoredTokens()).isEqualTo(1);
        }
    }
}
