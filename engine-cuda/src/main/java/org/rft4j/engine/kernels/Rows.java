package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.BitSet;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.TensorProgram;

/**
 * A selection of places of one layout, arranged as another: which place of {@code source} each place of {@code target} is
 * read from. A place may hold one number or a vector of them; each call is one program call.
 */
public final class Rows {
    /** Stands for no place: zeros are read, and nothing is written back. */
    public static final long NONE = -1;

    private final Shape source;
    private final Shape target;
    private final NDArray index;

    private Rows(Shape source, Shape target, NDArray index) {
        this.source = source;
        this.target = target;
        this.index = index;
    }

    /**
     * A selection.
     *
     * @param source the layout that is read from, for example [R,C]
     * @param target the layout that is made, for example [N,T]
     * @param index for each place of the target, in row-major order, a place of the source, likewise counted, each at most
     *     once, or {@link #NONE}
     * @param scope owns the uploaded numbers
     * @return the selection
     */
    public static Rows of(Shape source, Shape target, long[] index, NDManager scope) {
        Check.that(
                source.dimension() == target.dimension() && source.size() > 0 && target.size() > 0,
                "layouts",
                source + " and " + target,
                "must have as many dimensions, and places",
                "skip empty batches");
        Check.that(
                index.length == target.size(),
                "number of places",
                index.length,
                "must be that of the target " + target,
                "say for each place of the target where it is read");
        BitSet taken = new BitSet();
        for (long place : index) {
            Check.that(
                    place >= NONE && place < source.size(),
                    "place",
                    place,
                    "must be at least -1 and below the number of the source's places " + source.size(),
                    "use Rows.NONE for no place");
            Check.that(
                    place == NONE || !taken.get((int) place),
                    "place",
                    place + " (given twice)",
                    "must be read once",
                    "gradients of a place that is read twice would have to be added up");
            if (place != NONE) {
                taken.set((int) place);
            }
        }
        return new Rows(source, target, scope.create(index));
    }

    /**
     * Reads the selected places.
     *
     * @param from the source's layout, each place a number or a vector
     * @param scope owns the result
     * @return the target's layout; zeros at places without a source
     */
    public NDArray gather(NDArray from, NDManager scope) {
        requireLayout(from, "rows to gather", source);
        return run("gather", "source", from, target, scope);
    }

    /**
     * Writes the selected places back, as the gradient of {@link #gather} is.
     *
     * @param picked the target's layout; places without a source are not looked at
     * @param scope owns the result
     * @return the source's layout; zeros at places that were not selected
     */
    public NDArray scatter(NDArray picked, NDManager scope) {
        requireLayout(picked, "rows to scatter", target);
        return run("scatter", "picked", picked, source, scope);
    }

    private NDArray run(String function, String argument, NDArray array, Shape result, NDManager scope) {
        boolean vectors = array.getShape().dimension() > result.dimension();
        Shape size = vectors ? result.add(array.getShape().get(result.dimension())) : result;
        return TensorProgram.named("rows")
                .call(function)
                .with(argument, array)
                .with("index", index.toDevice(array.getDevice(), false))
                .with("places", source.size())
                .with("size", size.getShape())
                .run(scope)
                .singletonOrThrow();
    }

    private static void requireLayout(NDArray array, String name, Shape layout) {
        boolean vectors = array.getShape().dimension() > layout.dimension();
        Shapes.require(array, name, (vectors ? layout.add(Shapes.ANY) : layout).getShape());
        Shapes.requireType(array, name, DataType.FLOAT32, DataType.BFLOAT16);
        Check.that(array.size() > 0, name, array.getShape(), "must not be empty", "pass the hidden states");
    }
}
