package org.rft4j.cli.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rft4j.cli.bind.Chosen;
import org.rft4j.cli.bind.Family;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Variant;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.policy.ValueModel;

/** Where a critic comes from. Its head begins at 0. */
@FunctionalInterface
public interface CriticSource {
    /** What there is. */
    Family<CriticSource> FAMILY = new Family<>(
            "critic type",
            List.of(
                    Variant.of(
                            "shared",
                            new NoKeys(),
                            none -> loader -> ActorCritic.sharing(
                                    loader.policy(),
                                    ValueModel.zeroHead(
                                            loader.policy().model(),
                                            loader.engine().manager()))),
                    Variant.of("separate", Separate.class, of -> loader -> separate(of, loader))));

    /**
     * Makes it.
     *
     * @param loader has the policy, and loads other models
     * @return the policy with its critic
     */
    ActorCritic open(Loader loader);

    private static ActorCritic separate(Separate of, Loader loader) {
        ModelWeights body = loader.load(of.folder().orElse(loader.folder()));
        return ActorCritic.separate(
                loader.policy(),
                loader.own(ValueModel.of(
                        body,
                        of.train().make(),
                        ValueModel.zeroHead(body, loader.engine().manager()))));
    }

    /**
     * A critic on a body of its own.
     *
     * @param folder of the model that is its body; otherwise that of the policy
     * @param train what of the body is trained
     */
    record Separate(
            Optional<Path> folder, @Otherwise("everything") Chosen<Trainable> train) {}
}
