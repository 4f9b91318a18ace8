package org.rft4j.rollout.environment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rollout.tools.ParsedCall;
import org.rft4j.rollout.tools.ToolBox;
import org.rft4j.rollout.tools.ToolCallFormat;
import org.rft4j.rollout.tools.ToolResult;

/**
 * The policy may call tools; a turn without a call is its answer and ends the episode. Results come back as messages of role {@code
 * tool}. A call that cannot be read, names no tool or does not fit the tool's schema is answered with what is wrong, and stands in the
 * trajectory's feedback.
 */
public final class ToolUse implements Environment {
    private final EpisodeStart start;
    private final ToolBox tools;
    private final ToolCallFormat format;
    private final Optional<Reward> reward;

    private ToolUse(EpisodeStart start, ToolBox tools, ToolCallFormat format, Optional<Reward> reward) {
        this.start = start;
        this.tools = tools;
        this.format = format;
        this.reward = reward;
    }

    /**
     * Answers that the environment does not score.
     *
     * @param tools what the policy may call; they stay the caller's
     * @param format how the policy's model writes calls
     * @return makes environments
     */
    public static EnvironmentFactory factory(ToolBox tools, ToolCallFormat format) {
        return start -> new ToolUse(start, tools, format, Optional.empty());
    }

    /**
     * Answers that a reward scores.
     *
     * @param tools what the policy may call; they stay the caller's
     * @param format how the policy's model writes calls
     * @param reward scores the answer, the last turn
     * @return makes environments
     */
    public static EnvironmentFactory scoredBy(ToolBox tools, ToolCallFormat format, Reward reward) {
        return start -> new ToolUse(start, tools, format, Optional.of(reward));
    }

    /** The task's prompt with the tools that the policy may call. */
    @Override
    public Optional<Prompt> reset() {
        Prompt prompt = start.task().prompt();
        if (prompt instanceof Prompt.Tokens) {
            throw new InvalidInputException(
                    "prompt of task " + start.task().id(),
                    "tokens",
                    "must be a text or a conversation, so that tools can be added",
                    "give the messages");
        }
        Conversation conversation = prompt instanceof Prompt.Chat chat
                ? chat.conversation()
                : Conversation.of(ChatMessage.user(((Prompt.Text) prompt).text()));
        return Optional.of(new Prompt.Chat(conversation.withTools(tools.specs().toArray(ToolSpec[]::new))));
    }

    @Override
    public StepResult step(Action action) throws Exception {
        List<ParsedCall> calls = format.parse(action.text());
        if (calls.isEmpty()) {
            return reward.isPresent()
                    ? Verdicts.done(reward.get().score(action.asSample(start.task())))
                    : StepResult.done(0);
        }
        List<ChatMessage> messages = new ArrayList<>();
        List<Feedback> feedback = new ArrayList<>();
        for (ToolResult result : tools.answer(calls)) {
            String id = "call-" + action.turn() + "-" + messages.size();
            messages.add(ChatMessage.tool(id, result.tool(), result.text()));
            if (!result.answered()) {
                feedback.add(Feedback.negative(result.text(), "tools"));
            }
        }
        return StepResult.observe(messages.toArray(ChatMessage[]::new)).withFeedback(feedback);
    }
}
