package org.rft4j.cli.config;

import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.entropy.EntropyBonus;
import org.rft4j.algorithms.group.GroupOptions;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.likelihood.LolOptions;
import org.rft4j.algorithms.likelihood.Sft;
import org.rft4j.algorithms.likelihood.WeightedSft;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.algorithms.surrogate.Cispo;
import org.rft4j.algorithms.surrogate.ClipCov;
import org.rft4j.algorithms.surrogate.Dppo;
import org.rft4j.algorithms.surrogate.Dro;
import org.rft4j.algorithms.surrogate.Gmpo;
import org.rft4j.algorithms.surrogate.KlCov;
import org.rft4j.algorithms.surrogate.MiniRl;
import org.rft4j.algorithms.surrogate.Opmd;
import org.rft4j.algorithms.surrogate.PolicyGradient;
import org.rft4j.algorithms.surrogate.PpoClip;
import org.rft4j.algorithms.surrogate.Sapo;
import org.rft4j.algorithms.surrogate.Surrogate;
import org.rft4j.algorithms.surrogate.Topr;
import org.rft4j.algorithms.surrogate.Vespo;
import org.rft4j.cli.bind.Family;
import org.rft4j.cli.bind.Vocabulary;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.diagnosis.DiagnosisOptions;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.rewards.answer.AfterMark;
import org.rft4j.rewards.answer.AnswerExtraction;
import org.rft4j.rewards.answer.AnswerPhrase;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.AnyNumber;
import org.rft4j.rewards.answer.Boxed;
import org.rft4j.rewards.answer.InTag;
import org.rft4j.rewards.answer.WholeText;
import org.rft4j.rewards.maths.MathsRewardOptions;
import org.rft4j.rewards.run.PanelMember;
import org.rft4j.rollout.sampler.SamplerOptions;

/** What a configuration is read and printed with: all that {@code type} chooses between, and usual values. */
final class Words {
    static final Vocabulary ALL = new Vocabulary()
            .family(Recipe.class, Algorithms.FAMILY)
            .family(PanelMember.class, Rewards.FAMILY)
            .family(Trainable.class, Trainables.FAMILY)
            .family(ReferenceSource.class, ReferenceSource.FAMILY)
            .family(CriticSource.class, CriticSource.FAMILY)
            .family(PromptForm.class, PromptForm.FAMILY)
            .family(Surrogate.class, surrogates())
            .family(RowWeights.class, aggregations())
            .family(AnswerExtraction.class, extractions())
            .templates(
                    EngineOptions.onCpu(),
                    LoadOptions.DEFAULT,
                    UpdatePlan.DEFAULT,
                    CheckpointPlan.DEFAULT,
                    DiagnosisOptions.DEFAULT,
                    ReportConfig.DEFAULT,
                    EncodingConfig.DEFAULT,
                    AdamWOptions.DEFAULT,
                    SamplingFilter.NONE,
                    SamplerOptions.DEFAULT)
            .templates(
                    KlEstimator.K3,
                    (Record) RatioLevel.TOKEN,
                    (Record) RatioLevel.SEQUENCE_MEAN,
                    (Record) RatioLevel.SEQUENCE_TOKEN,
                    (Record) RatioLevel.SEQUENCE_SUM,
                    new KlPenalty.InLoss(KlEstimator.K3, new KlCoefficient.Fixed(0.04), KlPenalty.Weighting.PLAIN),
                    new KlPenalty.InReward(KlEstimator.K1, new KlCoefficient.Fixed(0.05)),
                    EntropyBonus.Adaptive.TRL,
                    PpoClip.of(0.2, 0.2),
                    ClipCov.VERL,
                    Gmpo.PAPER,
                    KlCov.VERL,
                    MiniRl.PAPER,
                    Sapo.PAPER,
                    Vespo.TRL,
                    AnswerSource.BOXED,
                    Boxed.LAST,
                    AnyNumber.LAST,
                    AnswerPhrase.LAST,
                    InTag.ANSWER,
                    AfterMark.HASHES)
            .hidden(GroupOptions.class, "name", "advantages")
            .hidden(Sft.Options.class, "name")
            .hidden(WeightedSft.Options.class, "name")
            .hidden(LolOptions.class, "name")
            .hidden(EncodeOptions.class, "rendering")
            .hidden(SamplerOptions.class, "rendering")
            .hidden(MathsRewardOptions.class, "comparison");

    private Words() {}

    private static Family<Surrogate> surrogates() {
        return Family.ofRecords(
                Surrogate.class,
                PpoClip.class,
                PolicyGradient.class,
                Cispo.class,
                Sapo.class,
                Gmpo.class,
                Dppo.class,
                ClipCov.class,
                KlCov.class,
                MiniRl.class,
                Opmd.class,
                Topr.class,
                Vespo.class,
                Dro.class);
    }

    private static Family<RowWeights> aggregations() {
        return Family.ofRecords(
                RowWeights.class,
                Aggregation.TokenMean.class,
                Aggregation.SequenceMeanTokenMean.class,
                Aggregation.SequenceMeanTokenSum.class,
                Aggregation.TokenSum.class);
    }

    private static Family<AnswerExtraction> extractions() {
        return Family.ofRecords(
                AnswerExtraction.class,
                WholeText.class,
                Boxed.class,
                AfterMark.class,
                InTag.class,
                AnswerPhrase.class,
                AnyNumber.class);
    }
}
