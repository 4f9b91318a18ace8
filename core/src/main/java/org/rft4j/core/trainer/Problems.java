package org.rft4j.core.trainer;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.InvalidInputException;

/** What is wrong with a trainer, all of it told together. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    void add(String problem) {
        found.add(problem);
    }

    void unless(boolean right, String problem) {
        if (!right) {
            found.add(problem);
        }
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidInputException(
                    "trainer",
                    found.size() + (found.size() == 1 ? " problem" : " problems"),
                    "must be complete and consistent",
                    String.join("; also: ", found));
        }
    }
}
