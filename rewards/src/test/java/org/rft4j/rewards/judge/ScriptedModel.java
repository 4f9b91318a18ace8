package org.rft4j.rewards.judge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.sampling.LlmClient;
import org.rft4j.core.sampling.SamplingOptions;

/** Answers what it was told to, and keeps what it was asked. */
final class ScriptedModel implements LlmClient {
    final List<String> questions = new ArrayList<>();
    final List<Long> seeds = new ArrayList<>();
    private final Deque<String> answers;

    ScriptedModel(String... answers) {
        this.answers = new ArrayDeque<>(List.of(answers));
    }

    Judge judge(int attempts) {
        return new Judge(this, SamplingOptions.of(100, 7), attempts);
    }

    @Override
    public CompletableFuture<String> answer(Conversation conversation, SamplingOptions options) {
        ChatMessage message = conversation.messages().get(0);
        questions.add(message.content() instanceof Content.Text text ? text.text() : "");
        seeds.add(options.seed());
        String next = answers.poll();
        return next == null
                ? CompletableFuture.failedFuture(new IllegalStateException("not scripted"))
                : CompletableFuture.completedFuture(next);
    }
}
