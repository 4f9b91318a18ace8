package org.rft4j.cli.config;

import java.nio.file.Path;
import java.util.List;
import org.rft4j.cli.bind.Family;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Variant;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;

/** Where a reference comes from. */
@FunctionalInterface
public interface ReferenceSource {
    /** What there is. */
    Family<ReferenceSource> FAMILY = new Family<>(
            "reference",
            List.of(
                    Variant.of("start", new NoKeys(), none -> ReferenceSource::start),
                    Variant.of(
                            "moving", Moving.class, of -> loader -> Reference.copyOf(loader.policy(), of.everySteps())),
                    Variant.of(
                            "average",
                            Average.class,
                            of -> loader -> Reference.averageOf(loader.policy(), of.everySteps(), of.decay())),
                    Variant.of("folder", Folder.class, of -> loader -> Reference.of(loader.load(of.folder())))));

    /**
     * Makes it.
     *
     * @param loader has the policy, and loads other models
     * @return the reference, which the caller closes
     */
    Reference open(Loader loader);

    private static Reference start(Loader loader) {
        Policy policy = loader.policy();
        return policy.adapter().isPresent() ? Reference.withoutAdapter(policy) : Reference.copyOf(policy);
    }

    /**
     * The policy as it was some steps ago.
     *
     * @param everySteps after so many steps it takes over the policy's weights
     */
    record Moving(long everySteps) {}

    /**
     * An exponential moving average of the policy.
     *
     * @param everySteps after so many steps it moves
     * @param decay the share of the average that stays
     */
    record Average(
            @Otherwise("512") long everySteps,
            @Otherwise("0.4") double decay) {}

    /**
     * Another model.
     *
     * @param folder where it is
     */
    record Folder(Path folder) {}
}
