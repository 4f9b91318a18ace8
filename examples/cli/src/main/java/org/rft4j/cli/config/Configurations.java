package org.rft4j.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rft4j.cli.bind.Binder;
import org.rft4j.cli.bind.Chosen;
import org.rft4j.cli.bind.Document;
import org.rft4j.cli.bind.Printer;
import org.rft4j.cli.bind.Problems;
import org.rft4j.engine.InvalidInputException;

/** Reads configurations, and prints them. */
public final class Configurations {
    private Configurations() {}

    /**
     * Makes a configuration of a document, or tells all that is wrong with it.
     *
     * @param document with everything that was set from elsewhere
     * @return a configuration whose parts go together
     */
    public static Configuration of(Document document) {
        Problems problems = new Problems(document);
        Binder binder = new Binder(Words.ALL, problems);
        Optional<Configuration> whole = binder.bind(Configuration.class, document.root());
        Optional<Chosen<?>> algorithm = algorithm(binder, document.root());
        algorithm.ifPresent(chosen -> binder.make(chosen, "algorithm")
                .ifPresent(
                        recipe -> new Combinations(document.root(), problems).check(chosen.name(), (Recipe) recipe)));
        binder.bind(LearningConfig.class, document.root(), "rewards")
                .ifPresent(rewards -> rewards(binder, (List<?>) rewards, "rewards"));
        binder.bind(RunConfig.class, document.root(), "evaluation")
                .flatMap(evaluation -> ((Optional<?>) evaluation).map(EvaluationConfig.class::cast))
                .ifPresent(evaluation -> rewards(binder, evaluation.rewards(), "evaluation.rewards"));
        problems.throwIfAny();
        return whole.orElseThrow().complete();
    }

    private static void rewards(Binder binder, List<?> rewards, String path) {
        for (int i = 0; i < rewards.size(); i++) {
            binder.make(((RewardConfig) rewards.get(i)).reward(), path + "[" + i + "]");
        }
    }

    /** The algorithm; if only its options are wrong, with usual ones, so that the rest can be judged. */
    private static Optional<Chosen<?>> algorithm(Binder binder, ObjectNode root) {
        Optional<Object> bound = binder.bind(LearningConfig.class, root, "algorithm");
        if (bound.isPresent()) {
            return Optional.of((Chosen<?>) bound.get());
        }
        JsonNode node = root.path("algorithm");
        String type = (node.isObject() ? node.path("type") : node).asText();
        return Algorithms.FAMILY
                .named(type)
                .flatMap(variant -> variant.template().map(usual -> new Chosen<>(variant, usual)));
    }

    /**
     * A configuration with everything that its file left open.
     *
     * @param configuration of a run
     * @return YAML that says the same
     */
    public static String yaml(Configuration configuration) {
        return new Printer(Words.ALL).yaml(configuration);
    }

    /**
     * The algorithms and rewards that there are.
     *
     * @return two lines
     */
    public static String names() {
        return "algorithms: " + String.join(", ", Algorithms.FAMILY.names()) + "\nrewards: "
                + String.join(", ", Rewards.FAMILY.names()) + "\n";
    }

    /**
     * The keys of an algorithm or a reward, with the values that they have unless they are given.
     *
     * @param name of the algorithm or reward
     * @return YAML; keys that must be given have none
     */
    public static String usual(String name) {
        return Stream.of(Algorithms.FAMILY, Rewards.FAMILY)
                .flatMap(family -> family.named(name).stream())
                .findFirst()
                .map(new Printer(Words.ALL)::usual)
                .orElseThrow(() -> new InvalidInputException(
                        "name", name, "must be that of an algorithm or a reward", "there are " + names()));
    }
}
