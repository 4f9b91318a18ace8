package org.rft4j.algorithms.group;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import org.rft4j.algorithms.entropy.EntropyBonus;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.engine.Check;

/** The coefficients of this moment. Only those that move are part of a state. */
final class Controllers {
    private static final String KL = "klCoefficient";
    private static final String ENTROPY = "entropyCoefficient";
    private static final String LAST_ENTROPY = "lastEntropy";

    private final KlCoefficient klRule;
    private final EntropyBonus entropyRule;
    private double kl;
    private double entropy;
    private double lastEntropy;

    Controllers(GroupOptions options) {
        klRule = rule(options.kl());
        entropyRule = options.entropy();
        kl = klRule.initial();
        entropy = entropyRule.initial();
    }

    private static KlCoefficient rule(KlPenalty penalty) {
        if (penalty instanceof KlPenalty.InLoss inLoss) {
            return inLoss.coefficient();
        }
        return penalty instanceof KlPenalty.InReward inReward ? inReward.coefficient() : new KlCoefficient.Fixed(0);
    }

    double kl() {
        return kl;
    }

    double entropy() {
        return entropyRule.applied(entropy, lastEntropy);
    }

    void hearKl(double mean, int sequences) {
        kl = klRule.next(kl, mean, sequences);
    }

    void hearEntropy(double mean) {
        entropy = entropyRule.next(entropy, mean);
        lastEntropy = mean;
    }

    JsonNode state(String algorithm) {
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("algorithm", algorithm);
        if (klRule instanceof KlCoefficient.Adaptive) {
            state.put(KL, kl);
        }
        if (entropyRule instanceof EntropyBonus.Adaptive) {
            state.put(ENTROPY, entropy).put(LAST_ENTROPY, lastEntropy);
        }
        return state;
    }

    void restore(JsonNode state, String algorithm) {
        ObjectNode now = (ObjectNode) state(algorithm);
        Check.that(
                state.path("algorithm").asText("none").equals(algorithm),
                "algorithm of the saved state",
                "'" + state.path("algorithm").asText("none") + "'",
                "must be '" + algorithm + "'",
                "go on with the algorithm of the saved run, or start a new one");
        Check.that(
                names(state).equals(names(now)),
                "numbers in the saved state of " + algorithm,
                names(state),
                "must be " + names(now),
                "go on with the coefficients of the saved run, fixed or adaptive, or start a new one");
        kl = state.has(KL) ? number(state, KL) : kl;
        entropy = state.has(ENTROPY) ? number(state, ENTROPY) : entropy;
        lastEntropy = state.has(LAST_ENTROPY) ? number(state, LAST_ENTROPY) : lastEntropy;
    }

    private static double number(JsonNode state, String name) {
        double value = state.path(name).asDouble(Double.NaN);
        Check.that(
                value >= 0 && value < Double.POSITIVE_INFINITY,
                name + " in a saved state",
                state.path(name),
                "must be a number of at least 0",
                "restore the state as it was saved");
        return value;
    }

    private static java.util.List<String> names(JsonNode state) {
        java.util.List<String> names = new java.util.ArrayList<>();
        for (Iterator<String> each = state.fieldNames(); each.hasNext(); ) {
            names.add(each.next());
        }
        return names.stream().sorted().toList();
    }
}
