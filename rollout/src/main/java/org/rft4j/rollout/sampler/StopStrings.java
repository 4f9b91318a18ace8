package org.rft4j.rollout.sampler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds where in a text that arrives in pieces the first of several strings ends, looking at each character once: the automaton
 * of Aho and Corasick ("Efficient string matching", 1975). A state is a number; it stands for the longest end of the text so far
 * that begins a stop string.
 */
final class StopStrings {
    /** Nothing has been read that could begin a stop string. */
    static final int START = 0;

    private final List<Map<Character, Integer>> successors = new ArrayList<>();
    /** Per state how many characters it stands for. */
    private final List<Integer> depths = new ArrayList<>();
    /** Per state the length of the longest stop string that ends there, 0 = none does. */
    private final List<Integer> ends = new ArrayList<>();
    /** Per state the one for the longest proper end of what it stands for. */
    private final List<Integer> shorter = new ArrayList<>();

    private StopStrings() {
        addState(0);
    }

    /**
     * Prepares strings to be looked for.
     *
     * @param strings none of them empty
     */
    static StopStrings of(List<String> strings) {
        StopStrings automaton = new StopStrings();
        strings.forEach(automaton::add);
        automaton.link();
        return automaton;
    }

    /** Whether there is nothing to look for. */
    boolean isEmpty() {
        return successors.size() == 1;
    }

    /** The state after one more character. */
    int next(int state, char character) {
        int from = state;
        while (true) {
            Integer to = successors.get(from).get(character);
            if (to != null) {
                return to;
            }
            if (from == START) {
                return START;
            }
            from = shorter.get(from);
        }
    }

    /** The length of the longest stop string that ends here, 0 if none does. */
    int matched(int state) {
        return ends.get(state);
    }

    /** How many characters at the end of the text may be the beginning of a stop string. */
    int held(int state) {
        return depths.get(state);
    }

    private void add(String string) {
        int state = START;
        for (int i = 0; i < string.length(); i++) {
            int depth = i + 1;
            state = successors.get(state).computeIfAbsent(string.charAt(i), c -> addState(depth));
        }
        ends.set(state, string.length());
    }

    private int addState(int depth) {
        successors.add(new HashMap<>());
        depths.add(depth);
        ends.add(0);
        shorter.add(START);
        return successors.size() - 1;
    }

    /** Goes through the states by depth, so that what a link leads to is linked already. */
    private void link() {
        Deque<Integer> states = new ArrayDeque<>(successors.get(START).values());
        while (!states.isEmpty()) {
            int state = states.remove();
            successors.get(state).forEach((character, next) -> {
                shorter.set(next, next(shorter.get(state), character));
                states.add(next);
            });
            if (ends.get(state) == 0) {
                ends.set(state, ends.get(shorter.get(state)));
            }
        }
    }
}
