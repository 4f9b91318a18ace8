package org.rft4j.core.lora;

import ai.djl.ndarray.NDManager;
import java.util.function.Function;

/** Arrays that are made together: all of them stay with their owner, or none does. */
final class Made {
    private Made() {}

    /** Makes something below the owner, and frees what was made of it if that fails. */
    static <T> T below(NDManager owner, Function<NDManager, T> making) {
        NDManager manager = owner.newSubManager();
        try {
            return making.apply(manager);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }
}
