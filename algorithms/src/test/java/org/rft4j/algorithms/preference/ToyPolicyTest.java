package org.rft4j.algorithms.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.testing.Tensors;
import org.rft4j.algorithms.testing.ToyPolicy;

/** Where learning ends that knows all preferences, on a policy whose best form is known. */
final class ToyPolicyTest {
    private static final double TOLERANCE = 1e-4;

    private static final ToyPolicy TOY = ToyPolicy.FIVE;

    /** All ordered pairs of different texts. */
    private static List<int[]> pairs() {
        List<int[]> pairs = new ArrayList<>();
        for (int i = 0; i < TOY.texts(); i++) {
            for (int j = 0; j < TOY.texts(); j++) {
                if (i != j) {
                    pairs.add(new int[] {i, j});
                }
            }
        }
        return pairs;
    }

    /** [K,P], 1 = the text is at this side of the pair. */
    private static NDArray selection(NDManager manager, int side) {
        List<int[]> pairs = pairs();
        double[][] selection = new double[TOY.texts()][pairs.size()];
        for (int p = 0; p < pairs.size(); p++) {
            selection[pairs.get(p)[side]][p] = 1;
        }
        return Tensors.array(manager, selection, DataType.FLOAT64);
    }

    /** [1,P], how often the first text of a pair is preferred, by Bradley and Terry. */
    private static NDArray preferences(NDManager manager) {
        double[] often = pairs().stream()
                .mapToDouble(pair -> 1 / (1 + Math.exp(TOY.rewards()[pair[1]] - TOY.rewards()[pair[0]])))
                .toArray();
        return Tensors.array(manager, new double[][] {often}, DataType.FLOAT64);
    }

    private static PairTerms terms(NDArray logProbs) {
        return new PairTerms(side(logProbs, 0), side(logProbs, 1));
    }

    private static PairSide side(NDArray logProbs, int side) {
        NDManager manager = logProbs.getManager();
        NDArray chosen = selection(manager, side);
        NDArray reference = Tensors.array(manager, new double[][] {TOY.logReference()}, DataType.FLOAT64)
                .matMul(chosen);
        NDArray policy = logProbs.matMul(chosen);
        return new PairSide(policy, reference, policy.sub(reference), reference.onesLike(), Map.of());
    }

    private static double[] learnt(PairLoss loss, double stepSize) {
        return TOY.minimise(
                logProbs -> loss.perPair(terms(logProbs))
                        .mul(preferences(logProbs.getManager()))
                        .sum(),
                stepSize,
                4000);
    }

    private static void assertBest(double[] probabilities) {
        assertThat(probabilities).containsExactly(TOY.best(), within(TOLERANCE));
    }

    @Test
    void theBestPolicyIsNotTheReference() {
        assertThat(TOY.best()[0]).isLessThan(0.13);
        assertThat(TOY.best()[1]).isGreaterThan(0.5);
        assertThat(TOY.minimise(logProbs -> logProbs.mul(0).sum(), 1, 10))
                .containsExactly(TOY.reference(), within(TOLERANCE));
    }

    @Test
    void dpoWithExactPreferencesEndsAtTheBestPolicy() {
        assertBest(learnt(Sigmoid.of(TOY.beta()), 2));
    }

    @Test
    void reinforcementLearningUnderAKlPenaltyEndsThereToo() {
        assertBest(TOY.minimise(
                logProbs -> {
                    NDManager manager = logProbs.getManager();
                    NDArray rewards = Tensors.array(manager, new double[][] {TOY.rewards()}, DataType.FLOAT64);
                    NDArray reference = Tensors.array(manager, new double[][] {TOY.logReference()}, DataType.FLOAT64);
                    NDArray cost = logProbs.sub(reference).mul(TOY.beta()).sub(rewards);
                    return logProbs.exp().mul(cost).sum();
                },
                2,
                4000));
    }

    /** Robust DPO undoes labels that are wrong with its epsilon: of the pairs, and so of where learning ends. */
    @Test
    void robustDpoEndsThereThoughLabelsAreWrong() {
        double wrong = 0.2;
        Robust robust = new Robust(TOY.beta(), wrong);
        assertBest(TOY.minimise(
                logProbs -> {
                    NDArray right = preferences(logProbs.getManager());
                    NDArray noisy = right.mul(1 - 2 * wrong).add(wrong);
                    return robust.perPair(terms(logProbs)).mul(noisy).sum();
                },
                2,
                4000));
    }

    /** Losses whose minimiser is another one, so that the test above can fail. */
    @Test
    void otherLossesAndTheOtherSignEndElsewhere() {
        assertThat(distance(learnt(new Ipo(TOY.beta(), Length.SUM), 0.1))).isGreaterThan(0.01);
        assertThat(distance(learnt(new Sigmoid(TOY.beta(), 0.1, Length.SUM, Margin.NONE), 2)))
                .isGreaterThan(0.01);
        double[] flipped = TOY.minimise(
                logProbs -> Sigmoid.of(TOY.beta())
                        .perPair(terms(logProbs))
                        .mul(preferences(logProbs.getManager()).neg().add(1))
                        .sum(),
                2,
                4000);
        assertThat(distance(flipped)).isGreaterThan(0.3);
    }

    private static double distance(double[] probabilities) {
        double largest = 0;
        for (int k = 0; k < probabilities.length; k++) {
            largest = Math.max(largest, Math.abs(probabilities[k] - TOY.best()[k]));
        }
        return largest;
    }
}
