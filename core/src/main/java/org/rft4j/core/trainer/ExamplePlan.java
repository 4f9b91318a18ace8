package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.stream.Batches;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.preflight.ExampleCheck;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExamplePreparation;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Objective;

/** Examples of a data set, and what becomes of them. */
record ExamplePlan<T extends Example>(
        Objective objective, ExampleArrangement<T> arrangement, ExampleStream<T> examples) {
    RoundSource rounds(int examplesPerRound, ExamplePreparation preparation) {
        return new ExampleRounds<>(Batches.of(examples, examplesPerRound), arrangement, objective, preparation);
    }

    /** What would be trained in the first rounds, until an example comes again. The examples are put back. */
    ExampleCheck firstRounds(RunOptions run, int most) {
        JsonNode before = examples.state();
        try {
            Batches<T> batches = Batches.of(examples, run.tasksPerRound());
            List<ExampleRow> rows = new ArrayList<>();
            Map<String, Double> counts = new TreeMap<>();
            Set<String> seen = new HashSet<>();
            int arranged = 0;
            boolean isNew = true;
            for (long round = 0; isNew && round < run.rounds() && arranged < most && batches.hasNext(); round++) {
                List<T> batch = new ArrayList<>(batches.next());
                isNew = !batch.removeIf(one -> !seen.add(one.id()));
                ArrangedRows more = arrangement.arrange(batch);
                rows.addAll(more.rows());
                more.metrics().forEach((name, count) -> counts.merge(name, count, Double::sum));
                arranged += batch.size();
            }
            return new ExampleCheck(arranged, new ArrangedRows(rows, counts));
        } finally {
            examples.restore(before);
        }
    }
}
