package org.rft4j.examples.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.tools.Tool;

/** Colours of people's things, which nobody can know without looking them up, and the dialogues of somebody who has not quite learned to. */
final class Dialogues {
    private static final String COLOUR = "colour";
    private static final String LOOK_UP = "look_up";

    private static final List<String> PEOPLE = List.of(
            "Tim", "Lily", "Tom", "Sam", "Mia", "Ben", "Amy", "Max", "Sue", "Jack", "Anna", "Bob", "Lucy", "Fin", "Dan",
            "Jane");

    private static final List<String> THINGS = List.of("ball", "hat", "cup", "bed", "car", "box", "bag", "door");

    private static final List<String> COLOURS =
            List.of("red", "blue", "green", "pink", "white", "yellow", "black", "gray");

    /** 1 if the last turn says the colour, else 0. Whether it was looked up does not matter: one may guess. */
    static final Reward RIGHT = Reward.named(
            "right",
            sample -> Score.of(
                    sample.completion().strip().equals(said(sample.task().text(COLOUR)))));

    private Dialogues() {}

    /** The policy's tool: says the colour of a thing, such as {@code Tim's hat}. */
    static Tool tool() {
        Map<String, Object> parameters = Map.of(
                "type", "object",
                "properties", Map.of("thing", Map.of("type", "string")),
                "required", List.of("thing"));
        ToolSpec spec = ToolSpec.function(LOOK_UP, "Says which colour a thing has.", parameters);
        return new Tool() {
            @Override
            public ToolSpec spec() {
                return spec;
            }

            @Override
            public String call(Map<String, @Nullable Object> arguments) {
                return colour(String.valueOf(arguments.get("thing")));
            }
        };
    }

    /** Drawn once for each thing, the same in every run. */
    private static String colour(String thing) {
        return COLOURS.get(drawn(KeyedRandom.ofSeed(1).derive(thing), 0, COLOURS.size()));
    }

    /** A question for each thing of each person, 128 in all. */
    static Dataset<TaskRecord> questions() {
        List<TaskRecord> all = new ArrayList<>();
        for (String person : PEOPLE) {
            for (String thing : THINGS) {
                String of = person + "'s " + thing;
                all.add(new TaskRecord(of, asked(of), Map.of(COLOUR, colour(of))));
            }
        }
        return Datasets.of(all);
    }

    /**
     * What a beginner does: of ten questions it looks up four as it should, guesses at three without asking, looks up another thing
     * twice, and once calls a tool that does not exist and guesses then.
     */
    static Dataset<PromptCompletion> beginners(int count, long seed) {
        List<PromptCompletion> all = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            KeyedRandom random = KeyedRandom.ofSeed(seed).derive("beginner").derive(n);
            String thing = pick(PEOPLE, random, 0) + "'s " + pick(THINGS, random, 1);
            String guess = said(pick(COLOURS, random, 2));
            Answer answer = switch (drawn(random, 3, 10)) {
                case 0, 1, 2, 3 -> lookedUp(thing, pick(COLOURS, random, 4));
                case 4, 5, 6 -> Answer.of(ChatMessage.assistant(guess));
                case 7, 8 ->
                    lookedUp(pick(PEOPLE, random, 5) + "'s " + pick(THINGS, random, 6), pick(COLOURS, random, 4));
                default ->
                    Answer.of(
                            ChatMessage.assistant(call("find", thing)),
                            ChatMessage.tool("call", "find", "Error: there is no such tool; the tools are [look_up]"),
                            ChatMessage.assistant(guess));
            };
            all.add(new PromptCompletion("dialogue-" + n, asked(thing), answer, Map.of()));
        }
        return Datasets.of(all);
    }

    /** The colours of the dialogues are made up, so that imitation learns to repeat what the tool says and not the colours. */
    private static Answer lookedUp(String thing, String colour) {
        return Answer.of(
                ChatMessage.assistant(call(LOOK_UP, thing)),
                ChatMessage.tool("call", LOOK_UP, colour),
                ChatMessage.assistant(said(colour)));
    }

    private static Prompt asked(String thing) {
        return Prompt.of(ChatMessage.user("Which colour has " + thing + "?"));
    }

    private static String call(String tool, String thing) {
        return "<tool_call>{\"name\": \"" + tool + "\", \"arguments\": {\"thing\": \"" + thing + "\"}}</tool_call>";
    }

    private static String said(String colour) {
        return "It is " + colour + ".";
    }

    private static String pick(List<String> words, KeyedRandom random, int draw) {
        return words.get(drawn(random, draw, words.size()));
    }

    private static int drawn(KeyedRandom random, int draw, int below) {
        return (int) (random.uniform(draw) * below);
    }
}
