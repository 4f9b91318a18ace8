package org.rft4j.core.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * An episode as people read it.
 *
 * @param task its id
 * @param sample which of the samples of that task
 * @param prompt as text
 * @param text what the policy wrote last
 * @param reward what it earned; empty where no score is applicable
 * @param parts of the reward by name
 * @param tokens how many tokens the policy wrote
 * @param remarks why it ended, and what else is to be said
 */
public record Completion(
        String task,
        int sample,
        String prompt,
        String text,
        OptionalDouble reward,
        Map<String, Double> parts,
        int tokens,
        List<String> remarks) {
    /** Copies map and list. */
    public Completion {
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        remarks = List.copyOf(remarks);
    }
}
