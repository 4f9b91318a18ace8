package org.rft4j.core.trainer;

import org.rft4j.core.evaluation.ExampleEvaluation;
import org.rft4j.core.evaluation.RepeatedEvaluation;
import org.rft4j.core.policy.ModelReference;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;

/** What must hold before a trainer is made, told together. */
final class TrainerChecks {
    private TrainerChecks() {}

    static void require(TrainerSettings of) {
        Problems problems = new Problems();
        problems.unless(of.run != null, "there are no run options; add run(RunOptions.of(...))");
        problems.unless(of.folder != null, "there is no folder; add folder(...)");
        problems.unless(
                of.model == null
                        || of.trainee.policy().orElseThrow().model().manager()
                                == of.model.weights().manager(),
                "the policy is of another model; make it with Policy.of(model.weights(), ...)");
        if (of.examples != null) {
            requireOffline(problems, of);
        } else {
            requireSampling(problems, of);
        }
        for (RepeatedEvaluation evaluation : of.evaluations.plans()) {
            if (evaluation instanceof ExampleEvaluation<?> examples) {
                requireFits(problems, of, examples);
            }
        }
        problems.throwIfAny();
    }

    private static void requireFits(Problems problems, TrainerSettings of, ExampleEvaluation<?> evaluation) {
        Needs needs = evaluation.objective().needs();
        String name = "evaluation " + evaluation.name() + ": "
                + evaluation.objective().name();
        problems.unless(
                !needs.compares() || of.reference != null,
                name + " compares with a reference and the run has none; evaluate with an objective without one");
        problems.unless(
                !needs.critic() || of.actorCritic != null,
                name + " needs a critic and the run has none; evaluate with an objective without one");
        problems.unless(
                needs.oldLogProbs() != Needs.OldLogProbs.SAMPLER,
                name + " compares with what the sampler said, and nobody sampled the examples; evaluate with another"
                        + " objective");
    }

    private static void requireOffline(Problems problems, TrainerSettings of) {
        problems.unless(
                of.algorithm == null
                        && of.samples == null
                        && of.tasks == null
                        && of.data == null
                        && of.rollout == null
                        && of.baseline == null
                        && of.scorer == null
                        && !of.environmentReward
                        && of.gathering == null
                        && of.overlap == null,
                "examples are trained on, and nothing is sampled; leave algorithm, iterated, tasks, rollout, baseline, rewards,"
                        + " gathering and overlap out, or offline(...)");
        problems.unless(
                of.run == null || of.run.groupSize() == 1,
                "examples have no groups, and groupSize is not 1; use RunOptions.of(rounds, examplesPerRound, 1, seed)");
        Objective objective = RoundSources.objective(of);
        problems.unless(
                objective.needs().oldLogProbs() != Needs.OldLogProbs.SAMPLER,
                objective.name()
                        + " compares with what the sampler said, and nobody sampled the examples; let needs() ask"
                        + " for another ratio");
        problems.unless(
                of.trainee.rewardModel().isEmpty() || objective.needs().equals(Needs.NOTHING_MORE),
                objective.name()
                        + " needs more than rewards, and a model of rewards is trained, which has nothing else; take a"
                        + " loss of rewards, such as BradleyTerry");
        requireFits(problems, of, objective);
    }

    private static void requireSampling(Problems problems, TrainerSettings of) {
        problems.unless(
                of.model != null,
                "a model of rewards is trained, which writes nothing; add offline(...), and leave algorithm and iterated out");
        problems.unless(
                (of.algorithm == null) != (of.samples == null),
                "there must be one thing that is minimised; add either algorithm(...), iterated(...) or offline(...)");
        problems.unless(
                (of.tasks == null) != (of.data == null), "there must be one source of tasks; add tasks(...) once");
        problems.unless(
                (of.scorer != null) != of.environmentReward,
                "there must be one source of rewards; add either reward(...) or rewardOfEnvironment()");
        if (of.rollout == null) {
            problems.add("there is no rollout; add rollout(...)");
        } else {
            problems.unless(
                    of.rollout.sampling().filter().temperature() > 0,
                    "the rollout samples at temperature 0, where there is nothing to learn from; use 1");
        }
        if (of.algorithm != null) {
            requireFits(problems, of, of.algorithm);
            problems.unless(
                    of.overlap == null || of.algorithm.comparesWithSampler(),
                    of.algorithm.name()
                            + " does not compare with what the sampler said, so that it cannot make up for samples of"
                            + " older weights; take OldLogProbs.SAMPLER or a correction, or leave overlap(...) out");
        } else if (of.samples != null) {
            Objective objective = of.samples.objective();
            requireFits(problems, of, objective);
            problems.unless(
                    objective.needs().oldLogProbs() != Needs.OldLogProbs.SAMPLER && of.baseline == null,
                    objective.name()
                            + " learns from examples, which have neither the sampler's log-probs nor a baseline;"
                            + " leave baseline(...) out, and let needs() ask for another ratio");
        }
    }

    /** What is seen of whole distributions comes from a policy's own pass. */
    private static void requireDistributions(Problems problems, TrainerSettings of, Objective objective) {
        Needs needs = objective.needs();
        problems.unless(
                !(needs.squareSums() || needs.divergence().isPresent())
                        || (!needs.critic() && of.trainee.policy().isPresent()),
                objective.name()
                        + " uses divergences or sums of squared probabilities, which are told of policies without a"
                        + " critic; leave them or the critic out");
        problems.unless(
                needs.divergence().isEmpty() || of.reference == null || of.reference instanceof ModelReference,
                objective.name() + " uses a divergence from the reference, which must be a model for that; use"
                        + " Reference.withoutAdapter(policy) or Reference.copyOf(policy)");
    }

    private static void requireFits(Problems problems, TrainerSettings of, Objective objective) {
        String name = objective.name();
        Needs needs = objective.needs();
        problems.unless(
                !needs.critic() || of.actorCritic != null,
                name + " trains a critic and there is none; add critic(...)");
        problems.unless(
                needs.critic() || of.actorCritic == null,
                name + " does not train a critic and there is one; leave critic(...) out");
        problems.unless(
                !needs.compares() || of.reference != null,
                name + " compares with a reference and there is none; add reference(...), such as"
                        + " Reference.withoutAdapter(policy) or Reference.copyOf(policy)");
        problems.unless(
                needs.compares() || of.reference == null,
                name + " does not use a reference and there is one, which would cost memory; leave reference(...) out");
        requireDistributions(problems, of, objective);
        problems.unless(
                of.actorCritic == null
                        || of.trainee
                                .policy()
                                .filter(of.actorCritic.policy()::equals)
                                .isPresent(),
                "the critic is that of another policy; make it with ActorCritic.separate(policy, ...) or sharing(...)");
    }
}
