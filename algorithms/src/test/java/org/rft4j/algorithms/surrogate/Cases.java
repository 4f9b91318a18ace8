package org.rft4j.algorithms.surrogate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.rft4j.algorithms.ratio.RatioLevel;

/** The table: every surrogate with the options of {@code generate_surrogates.py}, and every ratio level. */
final class Cases {
    static final Map<String, RatioLevel> LEVELS = levels();
    static final Map<String, Surrogate> SURROGATES = surrogates();

    /** Their loss is a weight without gradient times the log-prob; that of all others is a function of the ratio. */
    static final Set<String> SCORE_FUNCTIONS =
            Set.of("cispoUpTo", "cispoWithin", "dppoTv", "dppoKl", "miniRl", "policyGradient", "opmd", "topr", "vespo");

    private Cases() {}

    private static Map<String, RatioLevel> levels() {
        Map<String, RatioLevel> levels = new LinkedHashMap<>();
        levels.put("TOKEN", RatioLevel.TOKEN);
        levels.put("SEQUENCE_MEAN", RatioLevel.SEQUENCE_MEAN);
        levels.put("SEQUENCE_TOKEN", RatioLevel.SEQUENCE_TOKEN);
        levels.put("SEQUENCE_SUM", RatioLevel.SEQUENCE_SUM);
        return levels;
    }

    private static Map<String, Surrogate> surrogates() {
        Map<String, Surrogate> surrogates = new LinkedHashMap<>();
        surrogates.put("ppo", PpoClip.of(0.2, 0.2));
        surrogates.put("ppoAsymmetric", PpoClip.of(0.2, 0.28));
        surrogates.put("ppoDelta", PpoClip.of(0.2, 0.28).withDelta(1.5));
        surrogates.put("ppoDual", PpoClip.of(0.2, 0.28).withDualClip(3));
        surrogates.put("ppoDeltaDual", PpoClip.of(0.2, 0.28).withDelta(2.5).withDualClip(1.75));
        surrogates.put("loop", PpoClip.loop(0.1));
        surrogates.put("unclipped", PpoClip.UNCLIPPED);
        surrogates.put("cispoUpTo", Cispo.upTo(1.5));
        surrogates.put("cispoWithin", Cispo.around(0.2, 0.25));
        surrogates.put("sapo", Sapo.PAPER);
        surrogates.put("sapoSharp", new Sapo(5, 8));
        surrogates.put("gmpo", Gmpo.PAPER);
        surrogates.put("gmpoAsymmetric", new Gmpo(0.2, 0.3));
        surrogates.put("dppoTv", new Dppo(Dppo.Divergence.TOTAL_VARIATION, 0.1, 0.15, 1.75));
        surrogates.put("dppoKl", new Dppo(Dppo.Divergence.BINARY_KL, 0.02, 0.05, 1.75));
        surrogates.put("clipCov", ClipCov.VERL);
        surrogates.put("klCov", KlCov.VERL);
        surrogates.put("miniRl", MiniRl.PAPER);
        surrogates.put("policyGradient", new PolicyGradient());
        surrogates.put("opmd", new Opmd(0.5));
        surrogates.put("topr", new Topr());
        surrogates.put("vespo", Vespo.TRL);
        surrogates.put("dro", new Dro(0.3));
        return surrogates;
    }
}
