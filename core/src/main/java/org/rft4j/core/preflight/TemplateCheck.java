package org.rft4j.core.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.jinja.TemplateException;
import org.rft4j.core.run.Finding;
import org.rft4j.core.tokenizer.SpecialTokens;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.engine.InvalidInputException;

/** Checks that conversations render, that what is rendered ends where the assistant begins, and that its turns end with an end token. */
public final class TemplateCheck {
    private static final String ANSWER = "rft4j";
    private static final String NAME = "chat template";

    private TemplateCheck() {}

    /**
     * Tries the template on the first conversation of the tasks.
     *
     * @param template the model's, if it has one
     * @param generation how prompts are rendered, usually {@link RenderOptions#GENERATION}
     * @param tasks what is trained on
     * @return what was seen
     */
    public static Checked rendering(
            Optional<ChatTemplate> template, RenderOptions generation, Dataset<TaskRecord> tasks) {
        Optional<TaskRecord> chat = firstChat(tasks);
        if (chat.isEmpty()) {
            return new Checked(
                    NAME,
                    "not used, no prompt is a conversation",
                    template.isEmpty()
                            ? List.of()
                            : List.of(
                                    Checked.note(
                                            "template_not_used",
                                            "the model has a chat template and all prompts are texts, which it is not applied to: a "
                                                    + "model trained on conversations answers better if prompts are messages")));
        }
        if (template.isEmpty()) {
            return new Checked(
                    NAME,
                    "absent",
                    List.of(Checked.error(
                            "no_template",
                            "prompt of task " + chat.get().id()
                                    + " is a conversation and the model has no chat template; give "
                                    + "one with ChatTemplate.of(...), or make the prompts texts")));
        }
        return rendered(template.get(), generation, chat.get());
    }

    private static Checked rendered(ChatTemplate template, RenderOptions generation, TaskRecord task) {
        Conversation asked = ((Prompt.Chat) task.prompt()).conversation();
        String prompt;
        String answered;
        try {
            prompt = template.renderText(asked, generation);
            answered = template.renderText(answered(asked), without(generation));
        } catch (TemplateException | InvalidInputException e) {
            return new Checked(
                    NAME,
                    "does not render task " + task.id(),
                    List.of(Checked.error(
                            "template_fails",
                            "the chat template refuses the conversation of task " + task.id() + ": "
                                    + e.getMessage())));
        }
        return new Checked(NAME, "a prompt ends with " + quoted(tail(prompt)), beginnings(prompt, answered));
    }

    /** An answer must stand directly behind the prompt that asks for it. */
    private static List<Finding> beginnings(String prompt, String answered) {
        int at = answered.lastIndexOf(ANSWER);
        String before = at < 0 ? answered : answered.substring(0, at);
        if (at >= 0 && before.equals(prompt)) {
            return List.of();
        }
        if (at >= 0 && before.startsWith(prompt)) {
            return List.of(Checked.warning(
                    "generation_prompt_short",
                    "the rendered prompt ends " + quoted(before.substring(prompt.length()))
                            + " before the place where an "
                            + "assistant's text stands, so the model must write that first; render with "
                            + "RenderOptions.GENERATION, or check the template's add_generation_prompt"));
        }
        return List.of(Checked.note(
                "generation_prompt_differs",
                "the rendered prompt ends with " + quoted(tail(prompt)) + ", and in a finished conversation "
                        + quoted(tail(before))
                        + " stands before the assistant's text: usual where the template opens or leaves "
                        + "out thoughts, otherwise an error of the template"));
    }

    /**
     * Looks for the tokens that end completions.
     *
     * @param tokenizer the model's
     * @param vocabulary how many tokens the model has
     * @param endIds what the sampling options name; empty = those of the model's files
     * @param template the model's, if prompts are conversations
     * @return what was seen
     */
    public static Checked ends(
            Tokenizer tokenizer, int vocabulary, List<Long> endIds, Optional<ChatTemplate> template) {
        SpecialTokens special = tokenizer.specialTokens();
        List<Long> ids = endIds.isEmpty() ? special.eosIds() : endIds;
        List<Finding> findings = new ArrayList<>();
        if (ids.isEmpty()) {
            findings.add(Checked.error(
                    "no_end_token",
                    "neither the model's files nor the sampling options name a token that ends a completion, so that every one "
                            + "is cut off; name one with SamplingOptions.withEndIds(...)"));
        }
        for (long id : ids) {
            if (id >= vocabulary || id >= tokenizer.vocabularySize()) {
                findings.add(Checked.error(
                        "end_token_unknown",
                        "end token was " + id + ", must be below the model's vocabulary " + vocabulary
                                + " and the tokenizer's " + tokenizer.vocabularySize()
                                + "; take the tokenizer that belongs to the model"));
            }
        }
        if (findings.isEmpty()) {
            template.flatMap(one -> wrongTurnEnd(one, tokenizer, ids)).ifPresent(findings::add);
        }
        return new Checked("end tokens", findings.isEmpty() ? spelled(tokenizer, ids) : ids.toString(), findings);
    }

    private static Optional<Finding> wrongTurnEnd(ChatTemplate template, Tokenizer tokenizer, List<Long> ids) {
        String text;
        try {
            text = template.renderText(answered(Conversation.of(ChatMessage.user("?"))), RenderOptions.TRAINING);
        } catch (TemplateException | InvalidInputException e) {
            return Optional.empty(); // rendering(...) says so with a conversation of the tasks
        }
        int at = text.lastIndexOf(ANSWER);
        int end = at + ANSWER.length();
        long[] behind = at < 0
                ? new long[0]
                : tokenizer.encode(text.substring(end).stripLeading(), false).ids();
        if (at < 0 || (behind.length > 0 && ids.contains(behind[0]))) {
            return Optional.empty();
        }
        return Optional.of(Checked.warning(
                "turn_end_differs",
                "the chat template ends an assistant's turn with " + quoted(text.substring(end))
                        + ", which does not begin with "
                        + "one of the end tokens " + spelled(tokenizer, ids)
                        + ": completions may run on past their end; name "
                        + "that token with SamplingOptions.withEndIds(...) or in generation_config.json"));
    }

    private static Optional<TaskRecord> firstChat(Dataset<TaskRecord> tasks) {
        for (int i = 0; i < tasks.size(); i++) {
            if (tasks.get(i).prompt() instanceof Prompt.Chat) {
                return Optional.of(tasks.get(i));
            }
        }
        return Optional.empty();
    }

    private static Conversation answered(Conversation asked) {
        List<ChatMessage> messages = new ArrayList<>(asked.messages());
        messages.add(ChatMessage.assistant(ANSWER));
        return new Conversation(messages, asked.tools(), asked.documents());
    }

    private static RenderOptions without(RenderOptions generation) {
        return new RenderOptions(false, false, generation.variables(), generation.template(), generation.jinja());
    }

    private static String spelled(Tokenizer tokenizer, List<Long> ids) {
        return ids.stream()
                .map(id -> tokenizer.tokenOf(id) + " (" + id + ")")
                .toList()
                .toString();
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 32));
    }

    private static String quoted(String text) {
        return "'" + text.replace("\n", "\\n") + "'";
    }
}
