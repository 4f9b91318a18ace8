package org.rft4j.core.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/**
 * A batch of training rows in plain numbers: what a checkpoint in the middle of a round keeps of it. Arrays are kept, not copied.
 *
 * @param ids the tokens of each row
 * @param trained for each token of each row whether it is trained
 * @param turnStarts where the turns of each row begin
 * @param supportSizes among how many tokens each was drawn, 0 = all
 * @param columns [rows][tokens] each
 * @param units to which unit, such as a group that stays together, each row belongs
 */
public record BatchParts(
        List<long[]> ids,
        List<boolean[]> trained,
        List<int[]> turnStarts,
        List<int[]> supportSizes,
        Map<TokenColumn, float[][]> columns,
        int[] units) {
    /** Checks that all parts have the same rows, and that what stands beside tokens has as many numbers. */
    public BatchParts {
        ids = List.copyOf(ids);
        trained = List.copyOf(trained);
        turnStarts = List.copyOf(turnStarts);
        supportSizes = List.copyOf(supportSizes);
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        List<Integer> lengths = ids.stream().map(row -> row.length).toList();
        requireSame("trained", trained.stream().map(row -> row.length).toList(), lengths);
        requireSame("supportSizes", supportSizes.stream().map(row -> row.length).toList(), lengths);
        columns.forEach((column, rows) -> {
            List<Integer> found = new ArrayList<>();
            for (float[] row : rows) {
                found.add(row.length);
            }
            requireSame("column '" + column.name() + "'", found, lengths);
        });
        requireSame("rows of turnStarts", turnStarts.size(), lengths.size());
        requireSame("rows of units", units.length, lengths.size());
    }

    private static void requireSame(String what, @Nullable Object found, Object expected) {
        Check.that(
                found != null && found.equals(expected),
                what + " of a batch",
                found,
                "must be as those of its ids, " + expected,
                "give one number per token, one entry per row");
    }
}
