package org.rft4j.rewards.judge;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.rft4j.engine.Check;

/**
 * What a judge looks at.
 *
 * @param items at least one, of different ids
 */
public record Rubric(List<Item> items) {
    /** Checks and copies the items. */
    public Rubric {
        items = List.copyOf(items);
        Check.that(
                !items.isEmpty(), "items of a rubric", "none", "must be at least one", "say what the judge looks at");
        Set<String> ids = new HashSet<>();
        for (Item item : items) {
            Check.that(ids.add(item.id()), "id of a rubric item", item.id(), "must not be taken twice", "rename one");
        }
    }

    /**
     * One question.
     *
     * @param id what metrics call it: letters, digits and underscores
     * @param question what is to be judged
     * @param points the most that it gives
     */
    public record Item(String id, String question, int points) {
        /** Checks the parts. */
        public Item {
            Check.that(
                    id.matches("[A-Za-z0-9_]+"), "id of a rubric item", id, "must be letters, digits, _", "rename it");
            Check.that(!question.isBlank(), "question of " + id, "blank", "must say something", "write it");
            Check.that(points > 0, "points of " + id, points, "must be positive", "use 5");
        }
    }

    /**
     * What all items give together.
     *
     * @return the sum of the points
     */
    public int points() {
        return items.stream().mapToInt(Item::points).sum();
    }

    String listed() {
        return items.stream()
                .map(item -> "- \"" + item.id() + "\" (0 to " + item.points() + "): " + item.question())
                .collect(Collectors.joining("\n"));
    }
}
