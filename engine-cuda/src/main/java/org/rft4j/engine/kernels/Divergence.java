package org.rft4j.engine.kernels;

import org.rft4j.engine.Check;

/**
 * How far a student distribution p is from a teacher distribution q. In training the student is the policy, whose gradient it is,
 * and the teacher the reference: KL(ref||pi) is {@link #forwardKl}, KL(pi||ref) is {@link #reverseKl}.
 */
public sealed interface Divergence {

    /** KL(q||p): covers every mode of the teacher. */
    record ForwardKl() implements Divergence {}

    /** KL(p||q): stays within the teacher's modes; with a reference policy as q, the KL penalty of RLHF. */
    record ReverseKl() implements Divergence {}

    /**
     * {@code (1-alpha) KL(p||M) + alpha KL(q||M)} with {@code M = (1-alpha) p + alpha q}. Divided by alpha it approaches
     * the forward KL for alpha to 0; divided by 1-alpha the reverse KL for alpha to 1.
     *
     * @param alpha strictly between 0 and 1
     */
    record JensenShannon(double alpha) implements Divergence {
        public JensenShannon {
            Check.that(
                    alpha > 0 && alpha < 1,
                    "alpha",
                    alpha,
                    "must lie strictly between 0 and 1",
                    "use forwardKl() for 0 and reverseKl() for 1, which are no limits of this formula");
        }
    }

    /**
     * KL(q||p).
     *
     * @return the divergence
     */
    static Divergence forwardKl() {
        return new ForwardKl();
    }

    /**
     * KL(p||q).
     *
     * @return the divergence
     */
    static Divergence reverseKl() {
        return new ReverseKl();
    }

    /**
     * The generalised Jensen-Shannon divergence.
     *
     * @param alpha strictly between 0 and 1
     * @return the divergence
     */
    static Divergence jensenShannon(double alpha) {
        return new JensenShannon(alpha);
    }

    /**
     * The one number by which the program tells them apart.
     *
     * @return 0 for the forward KL, 1 for the reverse KL, alpha otherwise
     */
    default double code() {
        if (this instanceof JensenShannon js) {
            return js.alpha();
        }
        return this instanceof ForwardKl ? 0 : 1;
    }
}
