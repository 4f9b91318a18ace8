package org.rft4j.core.data.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.rft4j.core.data.Example;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Several streams as one: each record comes from a stream that is drawn by weight. Draw n depends on the seed and n alone. It ends
 * when the first stream or the last one has ended; streams that go on forever make one that does.
 *
 * @param <T> the shape of the records
 */
public final class Mixture<T extends Example> implements ExampleStream<T> {
    private static final String KIND = "mixture";

    private final List<Part<T>> parts;
    private final long seed;
    private final boolean endsWithFirst;
    private final KeyedRandom random;
    private long draws;

    private Mixture(List<Part<T>> parts, long seed, boolean endsWithFirst) {
        this.parts = List.copyOf(parts);
        this.seed = seed;
        this.endsWithFirst = endsWithFirst;
        this.random = KeyedRandom.ofSeed(seed).derive(KIND);
        Set<String> names = new HashSet<>();
        this.parts.forEach(part -> names.add(part.name()));
        Check.that(
                !names.isEmpty() && names.size() == this.parts.size(),
                "names of a mixture",
                this.parts.stream().map(Part::name).toList(),
                "must be at least one, and none twice",
                "give each stream a name of its own");
    }

    /**
     * Ends when a stream is drawn that has ended.
     *
     * @param seed of the run
     * @param parts the streams with their weights
     * @param <T> the shape of the records
     * @return the mixture
     */
    public static <T extends Example> Mixture<T> untilFirstEnds(long seed, List<Part<T>> parts) {
        return new Mixture<>(parts, seed, true);
    }

    /**
     * Ends when all streams have ended. One that has ended before leaves its share to the others, so that each record comes.
     *
     * @param seed of the run
     * @param parts the streams with their weights
     * @param <T> the shape of the records
     * @return the mixture
     */
    public static <T extends Example> Mixture<T> untilAllEnd(long seed, List<Part<T>> parts) {
        return new Mixture<>(parts, seed, false);
    }

    /**
     * Weights by size, evened out: {@code size^(1/temperature)}. At 1 each record is as likely as any other, at infinity each data
     * set.
     *
     * @param sizes how many records each data set has
     * @param temperature at least 1
     * @return a weight for each data set
     */
    public static double[] weightsBySize(int[] sizes, double temperature) {
        Check.that(
                temperature >= 1, "temperature", temperature, "must be at least 1", "use 1 for weights as the sizes");
        double[] weights = new double[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            Check.that(sizes[i] >= 1, "size of data set " + i, sizes[i], "must be at least 1", "leave it out");
            weights[i] = StrictMath.pow(sizes[i], 1 / temperature);
        }
        return weights;
    }

    @Override
    public boolean hasNext() {
        return endsWithFirst
                ? drawn().stream().hasNext()
                : parts.stream().anyMatch(part -> part.stream().hasNext());
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the mixture is over; ask hasNext()");
        }
        T record = drawn().stream().next();
        draws++;
        return record;
    }

    /** The stream of the next draw: by weight, among those that count. */
    private Part<T> drawn() {
        double total = 0;
        for (Part<T> part : parts) {
            total += counts(part) ? part.weight() : 0;
        }
        double left = random.uniform(draws) * total;
        Part<T> last = parts.get(0);
        for (Part<T> part : parts) {
            if (counts(part)) {
                last = part;
                left -= part.weight();
                if (left < 0) {
                    break;
                }
            }
        }
        return last;
    }

    private boolean counts(Part<T> part) {
        return endsWithFirst || part.stream().hasNext();
    }

    @Override
    public JsonNode state() {
        ObjectNode state = State.of(KIND).put("seed", seed).put("draws", draws);
        ArrayNode names = state.putArray("parts");
        for (Part<T> part : parts) {
            names.add(State.of("part")
                    .put("name", part.name())
                    .put("weight", part.weight())
                    .set("stream", part.stream().state()));
        }
        return state;
    }

    @Override
    public void restore(JsonNode saved) {
        State state = State.read(saved, KIND);
        state.require("seed", String.valueOf(seed), "continue with the seed of the saved run, or start a new one");
        List<JsonNode> savedParts = state.list("parts", parts.size());
        long savedDraws = state.count("draws", Long.MAX_VALUE);
        for (int i = 0; i < savedParts.size(); i++) {
            State part = State.read(savedParts.get(i), "part");
            part.require("name", parts.get(i).name(), "list the streams in the order of the saved run");
            part.require(
                    "weight",
                    String.valueOf(parts.get(i).weight()),
                    "continue with the weights of the saved run, or start a new one");
            parts.get(i).stream().restore(part.node("stream"));
        }
        draws = savedDraws;
    }

    /**
     * A stream of a mixture.
     *
     * @param name what the state calls it
     * @param weight how often it is drawn, relative to the others
     * @param stream where its records come from, and nobody else takes any
     * @param <T> the shape of the records
     */
    public record Part<T extends Example>(String name, double weight, ExampleStream<T> stream) {
        /** Checks the weight. */
        public Part {
            Check.that(
                    weight > 0 && weight < Double.POSITIVE_INFINITY,
                    "weight of '" + name + "'",
                    weight,
                    "must be above 0 and finite",
                    "leave a stream out that must not be drawn");
        }
    }
}
