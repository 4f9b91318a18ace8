package org.rft4j.core.lora;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.rft4j.engine.Check;

/**
 * A LoRA adapter: {@code y = W x + scale B A x}. There is no dropout here: a token's log-prob must be the same each time it
 * is scored.
 *
 * @param rank rows of A
 * @param alpha the scale is alpha / rank
 * @param rankStabilised the scale is alpha / sqrt(rank) instead (Kalajdzievski, 2023)
 * @param targets the modules that get a pair
 * @param modulesToSave modules that are trained and saved whole, by the ends of their names: {@code lm_head}
 * @param rankPattern other ranks, by a regular expression for the end of a module's name; the first that matches holds
 * @param alphaPattern other alphas, likewise
 * @param dropout PEFT's {@code lora_dropout}, which acts in PEFT's own training only: kept to be written again
 * @param seed from which A is drawn; B starts at zero
 */
public record LoraConfig(
        int rank,
        double alpha,
        boolean rankStabilised,
        LoraTargets targets,
        List<String> modulesToSave,
        Map<String, Integer> rankPattern,
        Map<String, Double> alphaPattern,
        double dropout,
        long seed) {
    public LoraConfig {
        modulesToSave = List.copyOf(modulesToSave);
        rankPattern = Collections.unmodifiableMap(new LinkedHashMap<>(rankPattern));
        alphaPattern = Collections.unmodifiableMap(new LinkedHashMap<>(alphaPattern));
        requireRank("rank", rank);
        requireAlpha("alpha", alpha);
        rankPattern.forEach((pattern, value) -> requireRank("rank of " + pattern, value));
        alphaPattern.forEach((pattern, value) -> requireAlpha("alpha of " + pattern, value));
        requireExpressions("rank pattern", rankPattern);
        requireExpressions("alpha pattern", alphaPattern);
        Check.that(
                dropout >= 0 && dropout <= 1,
                "dropout",
                dropout,
                "must be between 0 and 1",
                "it has no effect here: use 0");
        Check.that(
                modulesToSave.stream().noneMatch(String::isBlank),
                "modulesToSave",
                modulesToSave,
                "must hold no empty name",
                "leave it out");
    }

    /**
     * An adapter without special cases.
     *
     * @param rank rows of A
     * @param alpha the scale is alpha / rank
     * @param targets the modules that get a pair
     * @return the configuration, with seed 0
     */
    public static LoraConfig of(int rank, double alpha, LoraTargets targets) {
        return new LoraConfig(rank, alpha, false, targets, List.of(), Map.of(), Map.of(), 0, 0);
    }

    /**
     * The same with the scale alpha / sqrt(rank).
     *
     * @return a new configuration
     */
    public LoraConfig withRankStabilised() {
        return new LoraConfig(rank, alpha, true, targets, modulesToSave, rankPattern, alphaPattern, dropout, seed);
    }

    /**
     * The same with modules that are trained whole.
     *
     * @param modules ends of their names
     * @return a new configuration
     */
    public LoraConfig saving(String... modules) {
        return saving(List.of(modules));
    }

    LoraConfig saving(List<String> modules) {
        return new LoraConfig(rank, alpha, rankStabilised, targets, modules, rankPattern, alphaPattern, dropout, seed);
    }

    /**
     * The same with other ranks and alphas for some modules.
     *
     * @param ranks by regular expressions for the ends of names
     * @param alphas likewise
     * @return a new configuration
     */
    public LoraConfig withPatterns(Map<String, Integer> ranks, Map<String, Double> alphas) {
        return new LoraConfig(rank, alpha, rankStabilised, targets, modulesToSave, ranks, alphas, dropout, seed);
    }

    /**
     * The same with another seed.
     *
     * @param number from which A is drawn
     * @return a new configuration
     */
    public LoraConfig withSeed(long number) {
        return new LoraConfig(
                rank, alpha, rankStabilised, targets, modulesToSave, rankPattern, alphaPattern, dropout, number);
    }

    /**
     * The rank of a module's pair.
     *
     * @param module its name
     * @return r
     */
    public int rankOf(String module) {
        return valueFor(module, rankPattern).orElse(rank);
    }

    /**
     * The scale of a module's pair.
     *
     * @param module its name
     * @return what B A is multiplied by
     */
    public double scaleOf(String module) {
        double divisor = rankStabilised ? Math.sqrt(rankOf(module)) : rankOf(module);
        return valueFor(module, alphaPattern).orElse(alpha) / divisor;
    }

    static boolean patternMatches(String pattern, String module) {
        return Pattern.matches("(.*\\.)?(" + pattern + ")", module);
    }

    static boolean isExpression(String pattern) {
        try {
            Pattern.compile(pattern);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private static void requireExpressions(String what, Map<String, ?> patterns) {
        for (String pattern : patterns.keySet()) {
            Check.that(
                    isExpression(pattern),
                    what,
                    pattern,
                    "must be a regular expression",
                    "escape it with Pattern.quote");
        }
    }

    private static <T> Optional<T> valueFor(String module, Map<String, T> patterns) {
        return patterns.entrySet().stream()
                .filter(entry -> patternMatches(entry.getKey(), module))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static void requireRank(String what, int value) {
        Check.that(value >= 1, what, value, "must be at least 1", "8 or 16 are usual");
    }

    private static void requireAlpha(String what, double value) {
        Check.that(
                value > 0 && Double.isFinite(value),
                what,
                value,
                "must be finite and positive",
                "once or twice the rank is usual");
    }
}
