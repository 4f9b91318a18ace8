package org.rft4j.rewards.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.engine.Check;

/** Warns when nearly all completions give the same label, whatever the task: a policy that rejects everything is never surprised. */
public final class LabelCollapse implements Guard {
    private final Function<RewardSample, Optional<String>> label;
    private final double mostShare;
    private final int patience;
    private int batches;

    /**
     * A guard.
     *
     * @param label takes the label out of a completion; empty if it has none
     * @param mostShare the share of one label that is still well; above the share that the data themselves have
     * @param patience so many batches in a row must be above it
     */
    public LabelCollapse(Function<RewardSample, Optional<String>> label, double mostShare, int patience) {
        Check.that(mostShare > 0 && mostShare < 1, "mostShare", mostShare, "must be between 0 and 1", "use 0.95");
        Check.that(patience > 0, "patience", patience, "must be positive", "use 3 batches");
        this.label = label;
        this.mostShare = mostShare;
        this.patience = patience;
    }

    @Override
    public Optional<Warning> observe(Observation batch) {
        Map<String, Integer> counts = new TreeMap<>();
        batch.samples().forEach(sample -> label.apply(sample).ifPresent(name -> counts.merge(name, 1, Integer::sum)));
        Optional<Map.Entry<String, Integer>> most = counts.entrySet().stream().max(Map.Entry.comparingByValue());
        double share =
                most.map(e -> (double) e.getValue() / batch.samples().size()).orElse(0.0);
        batches = share > mostShare ? batches + 1 : 0;
        if (batches < patience) {
            return Optional.empty();
        }
        return Optional.of(new Warning(
                "labelCollapse",
                String.format(
                        Locale.ROOT,
                        "%.0f %% of the completions say '%s', for %d batches now: balance the data, or soften the penalty that "
                                + "drives all to one label",
                        100 * share,
                        most.orElseThrow().getKey(),
                        batches)));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        return state.put("batches", batches);
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("batches").isInt(),
                "state of labelCollapse",
                state,
                "must have the number of batches",
                "restore what state() gave");
        batches = state.path("batches").intValue();
    }
}
