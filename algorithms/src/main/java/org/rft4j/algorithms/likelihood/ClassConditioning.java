package org.rft4j.algorithms.likelihood;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * The data side of C-RLFT: a column says which class an example is of, such as who wrote it. The class has a weight, and its prefix stands
 * before the prompt's text, or before the text of the first message, so that the model learns to tell the classes apart. When the model is asked, the
 * prefix of the best class stands there, see {@link #conditioned(Prompt, String)}.
 *
 * <p>OpenChat puts the class into the names of the roles instead ("GPT4 Correct User:"), which is a matter of the chat template.
 *
 * @param column which column names the class
 * @param classes by name
 */
public record ClassConditioning(String column, Map<String, Rule> classes) {
    /**
     * What belongs to a class.
     *
     * @param prefix what stands before prompts, with what separates it from them
     * @param weight how much its examples count; 1 for experts and 0.1 for others in the paper
     */
    public record Rule(String prefix, double weight) {
        /** Checks the weight. */
        public Rule {
            Check.that(
                    weight >= 0 && weight < Double.POSITIVE_INFINITY,
                    "weight of a class",
                    weight,
                    "must be finite and at least 0",
                    "use 1 for experts and 0.1 for others");
        }
    }

    /** Copies the map. */
    public ClassConditioning {
        classes = Collections.unmodifiableMap(new LinkedHashMap<>(classes));
        Check.that(!classes.isEmpty(), "classes", "none", "must be at least one", "name the classes of the column");
    }

    /**
     * How much an example counts: a function that puts {@link TokenColumn#WEIGHT} beside rows.
     *
     * @param example any
     * @return the weight of its class
     */
    public double weight(Example example) {
        return of(example).weight();
    }

    /**
     * An example as it is trained.
     *
     * @param example any
     * @return the same behind its class's prefix
     */
    public PromptCompletion conditioned(PromptCompletion example) {
        return new PromptCompletion(
                example.id(), behind(of(example).prefix(), example.prompt()), example.completion(), example.columns());
    }

    /**
     * A prompt as the model is asked.
     *
     * @param prompt a text or a conversation
     * @param className of the class whose answers are wanted
     * @return the prompt behind its prefix
     */
    public Prompt conditioned(Prompt prompt, String className) {
        return behind(rule("class of a prompt", className).prefix(), prompt);
    }

    private Rule of(Example example) {
        Object name = ExampleNumbers.value(example, column);
        return rule("column '" + column + "' of example " + example.id(), name.toString());
    }

    private Rule rule(String what, String name) {
        Check.that(
                classes.containsKey(name),
                what,
                "'" + name + "'",
                "must be one of the classes " + classes.keySet(),
                "add the class, or leave the example out");
        return Objects.requireNonNull(classes.get(name));
    }

    private static Prompt behind(String prefix, Prompt prompt) {
        if (prompt instanceof Prompt.Text text) {
            return Prompt.of(prefix + text.text());
        }
        if (prompt instanceof Prompt.Chat chat) {
            Conversation whole = chat.conversation();
            ChatMessage first = whole.messages().get(0);
            if (first.content() instanceof Content.Text text) {
                List<ChatMessage> messages = new ArrayList<>(whole.messages());
                messages.set(0, first.withContent(new Content.Text(prefix + text.text())));
                return new Prompt.Chat(new Conversation(messages, whole.tools(), whole.documents()));
            }
        }
        throw new InvalidInputException(
                "prompt that a prefix stands before",
                prompt instanceof Prompt.Tokens ? "token ids" : "a message without text",
                "must begin with a text",
                "encode the prefix yourself");
    }
}
