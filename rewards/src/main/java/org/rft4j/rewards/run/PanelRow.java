package org.rft4j.rewards.run;

import java.util.Map;
import java.util.Optional;
import org.rft4j.core.reward.Score;

/**
 * What a panel says of a sample.
 *
 * @param total the weighted sum with all components and feedback; not applicable where no reward is, or where the sample is left out
 * @param byMember what each reward said, where it said something
 * @param leftOut why the sample must not be trained on, if so
 */
public record PanelRow(Score total, Map<String, Score> byMember, Optional<String> leftOut) {}
