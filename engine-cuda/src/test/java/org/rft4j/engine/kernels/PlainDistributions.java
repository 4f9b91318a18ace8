package org.rft4j.engine.kernels;

/** What the kernels compute, in plain loops over all logits of one position. */
final class PlainDistributions {
    private PlainDistributions() {}

    static double logSumExp(double[] z) {
        double max = Double.NEGATIVE_INFINITY;
        for (double x : z) {
            max = Math.max(max, x);
        }
        double sum = 0;
        for (double x : z) {
            sum += Math.exp(x - max);
        }
        return max + Math.log(sum);
    }

    static double[] logSoftmax(double[] logits, double temperature) {
        double[] result = logits.clone();
        for (int v = 0; v < result.length; v++) {
            result[v] /= temperature;
        }
        double norm = logSumExp(result);
        for (int v = 0; v < result.length; v++) {
            result[v] -= norm;
        }
        return result;
    }

    static double entropy(double[] logP) {
        double sum = 0;
        for (double lp : logP) {
            sum -= lp == Double.NEGATIVE_INFINITY ? 0 : Math.exp(lp) * lp;
        }
        return sum;
    }

    static double kl(double[] logA, double[] logB) {
        double sum = 0;
        for (int v = 0; v < logA.length; v++) {
            sum += Math.exp(logA[v]) * (logA[v] - logB[v]);
        }
        return sum;
    }

    /** p is the student, q the teacher. */
    static double divergence(Divergence kind, double[] logP, double[] logQ) {
        if (kind instanceof Divergence.ForwardKl) {
            return kl(logQ, logP);
        }
        if (kind instanceof Divergence.ReverseKl) {
            return kl(logP, logQ);
        }
        double alpha = ((Divergence.JensenShannon) kind).alpha();
        double[] logM = new double[logP.length];
        for (int v = 0; v < logM.length; v++) {
            logM[v] = Math.log((1 - alpha) * Math.exp(logP[v]) + alpha * Math.exp(logQ[v]));
        }
        return (1 - alpha) * kl(logP, logM) + alpha * kl(logQ, logM);
    }

    /** The log-probs of some tokens, and of all others together. */
    static double[] withTail(double[] logProbs) {
        double[] result = java.util.Arrays.copyOf(logProbs, logProbs.length + 1);
        double inside = 0;
        for (double lp : logProbs) {
            inside += Math.exp(lp);
        }
        result[logProbs.length] = Math.log(1 - inside);
        return result;
    }

    static double[] pick(double[] logP, long[] ids) {
        double[] result = new double[ids.length];
        for (int i = 0; i < ids.length; i++) {
            result[i] = logP[Math.toIntExact(ids[i])];
        }
        return result;
    }

    static double sumOfSquares(double[] logP) {
        double sum = 0;
        for (double lp : logP) {
            sum += Math.exp(2 * lp);
        }
        return sum;
    }

    /** The weights of one-token rollout, which count as constants. */
    static double[] rolloutWeights(double[] logP, long gold, double beta, double kappa) {
        double[] weights = logSoftmax(logP, kappa);
        for (int v = 0; v < weights.length; v++) {
            weights[v] = Math.exp(weights[v]) * (v == gold ? 1 : beta);
        }
        return weights;
    }

    static double rollout(double[] logP, double[] weights) {
        double sum = 0;
        for (int v = 0; v < logP.length; v++) {
            sum -= weights[v] * logP[v];
        }
        return sum;
    }
}
