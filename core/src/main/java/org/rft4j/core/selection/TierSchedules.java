package org.rft4j.core.selection;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rft4j.engine.Check;

/**
 * Which tiers of difficulty count when. A selector leaves out tasks of other tiers; a reward that runs test cases by tier, as
 * TAROT does, leaves out cases.
 */
public final class TierSchedules {
    /** The tiers of TAROT, from easy to hard. */
    private static final List<String> TAROT = List.of("basic", "medium", "high", "edge");

    private static final double[] TAROT_UNTIL = {0.2, 0.4, 0.6, 1};

    private TierSchedules() {}

    /**
     * Begins with the first tier and adds one at each stage.
     *
     * @param tiers in the order in which they are added
     * @param until where each stage ends; one for each tier
     * @return the schedule
     */
    public static RunStages<Set<String>> growing(List<String> tiers, double... until) {
        Check.that(
                tiers.size() == until.length,
                "number of stages",
                until.length,
                "must be the number of tiers " + tiers.size(),
                "give one end for each tier");
        List<RunStages.Stage<Set<String>>> stages = new ArrayList<>();
        for (int i = 0; i < until.length; i++) {
            stages.add(new RunStages.Stage<>(
                    until[i], Collections.unmodifiableSet(new LinkedHashSet<>(tiers.subList(0, i + 1)))));
        }
        return new RunStages<>(stages);
    }

    /**
     * TAROT's curriculum for models that need easy tests first: basic; from a fifth of the run on medium too; from two fifths on
     * high too; from three fifths on all.
     *
     * @return the schedule
     */
    public static RunStages<Set<String>> tarotNormal() {
        return growing(TAROT, TAROT_UNTIL);
    }

    /**
     * TAROT's curriculum for capable models: high; then edge too; then medium too; then all.
     *
     * @return the schedule
     */
    public static RunStages<Set<String>> tarotReverse() {
        return growing(List.of("high", "edge", "medium", "basic"), TAROT_UNTIL);
    }

    /**
     * The same tiers for the whole run, such as one in TAROT's {@code basic_only}.
     *
     * @param tiers which ones
     * @return the schedule
     */
    public static RunStages<Set<String>> only(String... tiers) {
        return new RunStages<>(List.of(new RunStages.Stage<>(1, Set.of(tiers))));
    }
}
