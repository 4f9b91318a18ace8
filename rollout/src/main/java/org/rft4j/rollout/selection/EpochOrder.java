package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.IntPredicate;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Goes through numbers again and again, each time in another order. A number that may not be given yet is put off, not left out:
 * over n epochs each is given n times.
 */
final class EpochOrder {
    private final int[] numbers;
    private final KeyedRandom random;
    private final Deque<Integer> putOff = new ArrayDeque<>();
    private int[] order;
    private long epoch;
    private int position;

    EpochOrder(int[] numbers, KeyedRandom random) {
        this.numbers = numbers.clone();
        this.random = random;
        order = orderOf(0);
    }

    /** The next number that may be given. There must be one. */
    int next(IntPredicate mayBeGiven) {
        for (Iterator<Integer> earlier = putOff.iterator(); earlier.hasNext(); ) {
            int number = earlier.next();
            if (mayBeGiven.test(number)) {
                earlier.remove();
                return number;
            }
        }
        while (true) {
            if (position == order.length) {
                epoch++;
                position = 0;
                order = orderOf(epoch);
            }
            int number = order[position++];
            if (mayBeGiven.test(number)) {
                return number;
            }
            putOff.add(number);
        }
    }

    void writeTo(ObjectNode state) {
        state.put("epoch", epoch).put("position", position).set("putOff", SelectorState.array(putOff));
    }

    /** @param tasks how many tasks the numbers are drawn from */
    void readFrom(JsonNode state, int tasks) {
        epoch = SelectorState.number(state, "epoch", 0, Long.MAX_VALUE);
        position = (int) SelectorState.number(state, "position", 0, numbers.length);
        int[] restored = SelectorState.indices(state, "putOff", tasks);
        order = orderOf(epoch);
        putOff.clear();
        for (int number : restored) {
            putOff.add(number);
        }
    }

    /** Fisher and Yates' shuffle with draws of the epoch's own. */
    private int[] orderOf(long which) {
        KeyedRandom draws = random.derive(which);
        int[] shuffled = numbers.clone();
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = (int) (draws.uniform(i) * (i + 1));
            int moved = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = moved;
        }
        return shuffled;
    }
}
