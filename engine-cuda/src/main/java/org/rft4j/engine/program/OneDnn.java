package org.rft4j.engine.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.rft4j.engine.EngineException;

/** Whether libtorch was built with oneDNN's products; it is for x86-64. */
final class OneDnn {
    private static final String PROBE = """
            def probe(rows: Tensor, weight: Tensor) -> Tensor:
                nothing = annotate(List[Optional[number]], [])
                return torch.ops.mkldnn._linear_pointwise(rows, weight, None, "none", nothing, "")
            """;

    private OneDnn() {}

    static boolean present() {
        return Present.WORKS;
    }

    /** Tried once: two rows by a matrix, whose products are exact. */
    private static final class Present {
        static final boolean WORKS = works();

        private Present() {}

        private static boolean works() {
            try (NDManager manager = NDManager.newBaseManager(ai.djl.Device.cpu(), "PyTorch")) {
                NDArray rows = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
                NDArray weight = manager.create(new float[] {1, 0, 1, 1, 0, 2}, new Shape(3, 2));
                float[] product = TensorProgram.compile("probe", PROBE)
                        .call("probe")
                        .with("rows", rows)
                        .with("weight", weight)
                        .run(manager)
                        .singletonOrThrow()
                        .toFloatArray();
                return Arrays.equals(product, new float[] {1, 3, 4, 3, 7, 8});
            } catch (EngineException e) {
                return false; // an unknown operator, or one that this processor lacks
            }
        }
    }
}
