package org.rft4j.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rft4j.cli.bind.Names;
import org.rft4j.cli.bind.Problems;
import org.rft4j.core.training.Needs;

/** Refuses sections that do not go together, whether or not each of them is right by itself. */
final class Combinations {
    private static final String ABSENT = "absent";

    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d{1,18}");

    /** Keys that mean nothing where nothing is sampled. Their usual values are let through: a dry run tells them. */
    private static final Map<String, Integer> WITHOUT_SAMPLES = new TreeMap<>(Map.of(
            "run.groupSize", 1,
            "run.passMark", 1,
            "evaluation.samples", 1,
            "evaluation.ks", 1,
            "evaluation.passMark", 1,
            "report.completionsEveryRounds", 1,
            "report.tableEveryRounds", 0));

    private final ObjectNode root;

    private final Problems problems;

    Combinations(ObjectNode root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    void check(String algorithm, Recipe recipe) {
        models(algorithm, recipe.objective().needs());
        if (recipe instanceof Recipe.Offline offline) {
            examples(algorithm, offline);
        } else {
            samples(algorithm);
        }
        format("data.prompt");
        format("evaluation.data.prompt");
        limits();
    }

    private void format(String path) {
        boolean chat = Names.same(word(at(path)), "chat");
        if (chat && !isAbsent(at("rollout")) && !Names.same(word(at("rollout.format")), "chat")) {
            problems.add("rollout.format", "text", "must be chat, because " + path + " is", "write format: chat");
        }
    }

    private void limits() {
        JsonNode sums = at("algorithm.maxNewTokens");
        JsonNode limit = at("rollout.maxNewTokens");
        boolean numbers = WHOLE.matcher(sums.asText()).matches()
                && WHOLE.matcher(limit.asText()).matches();
        if (numbers && Long.parseLong(sums.asText()) != Long.parseLong(limit.asText())) {
            problems.add(
                    "algorithm.maxNewTokens",
                    sums,
                    "must be rollout.maxNewTokens, which is " + limit,
                    "write the same number twice");
        }
    }

    private void models(String algorithm, Needs needs) {
        if (needs.compares()) {
            require("reference", algorithm + " compares with one", "write reference: start, or change the algorithm");
        } else {
            refuse("reference", algorithm + " does not use one", "leave it out, it would cost memory");
        }
        if (needs.critic()) {
            require("critic", algorithm + " trains one", "write critic: separate");
        } else {
            refuse("critic", algorithm + " does not train one", "leave it out");
        }
    }

    private void samples(String algorithm) {
        require("rollout", algorithm + " learns from what the policy writes", "write rollout: {maxNewTokens: 256}");
        if (isAbsent(at("rewards"))) {
            problems.add(
                    "rewards",
                    root.has("rewards") ? "empty" : ABSENT,
                    "must be at least one, because " + algorithm + " learns from rewards",
                    "write rewards: [{type: maths}]");
        }
        require("run.groupSize", algorithm + " learns from several texts of a task", "write groupSize: 8");
        for (String path : List.of("data.encoding", "evaluation.data.encoding")) {
            refuse(path, algorithm + " trains tokens as they were sampled", "leave it out");
        }
        types(algorithm, List.of(DataType.TASKS));
    }

    private void examples(String algorithm, Recipe.Offline offline) {
        String why = algorithm + " learns from examples and samples nothing";
        for (String path : List.of("rollout", "rewards")) {
            refuse(path, why, "leave it out");
        }
        for (String key : List.of("sourceColumn", "temperature", "rewards")) {
            refuse("evaluation." + key, why, "leave it out");
        }
        WITHOUT_SAMPLES.forEach((path, usual) -> {
            JsonNode given = at(path);
            if (!isAbsent(given) && !isNumber(given, usual)) {
                problems.add(path, given, "must be " + usual + ", because " + why, "leave it out");
            }
        });
        types(algorithm, offline.shapes().stream().map(Recipe.Shape::type).toList());
    }

    private void types(String algorithm, List<DataType> right) {
        String names = right.stream().map(Combinations::name).collect(Collectors.joining(" or "));
        for (String path : List.of("data.type", "evaluation.data.type")) {
            JsonNode type = at(path);
            Optional<DataType> given = Arrays.stream(DataType.values())
                    .filter(one -> Names.same(one.name(), type.asText()))
                    .findFirst();
            if (given.isPresent() && !right.contains(given.get())) {
                problems.add(
                        path,
                        "'" + type.asText() + "'",
                        "must be " + names + ", because " + algorithm + " learns from these",
                        "change it, or take another algorithm");
            }
        }
    }

    private static String name(DataType type) {
        String[] words = type.name().toLowerCase(Locale.ROOT).split("_");
        return words.length == 1
                ? words[0]
                : words[0] + words[1].substring(0, 1).toUpperCase(Locale.ROOT) + words[1].substring(1);
    }

    private static boolean isNumber(JsonNode node, int number) {
        JsonNode one = node.isArray() && node.size() == 1 ? node.get(0) : node;
        return (one.isNumber() ? one.doubleValue() : Double.NaN) == number
                || one.asText().equals(String.valueOf(number));
    }

    private static String word(JsonNode node) {
        return (node.isObject() ? node.path("type") : node).asText();
    }

    private JsonNode at(String path) {
        return root.at("/" + path.replace('.', '/'));
    }

    private void require(String path, String why, String wayOut) {
        if (isAbsent(at(path))) {
            problems.add(path, ABSENT, "must be there, because " + why, wayOut);
        }
    }

    private void refuse(String path, String why, String wayOut) {
        if (!isAbsent(at(path))) {
            problems.add(path, "there", "must be absent, because " + why, wayOut);
        }
    }

    private static boolean isAbsent(JsonNode node) {
        boolean empty = node.isArray() && node.isEmpty();
        return node.isMissingNode() || node.isNull() || empty || Names.same(word(node), "none");
    }
}
