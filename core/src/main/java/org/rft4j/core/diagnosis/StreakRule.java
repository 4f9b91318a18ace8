package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;

/** Warns of a symptom that lasts. */
final class StreakRule implements DiagnosisRule {
    private final Symptom symptom;
    private final boolean byRound;
    private final Streak streak;

    private StreakRule(Symptom symptom, boolean byRound, int least) {
        this.symptom = symptom;
        this.byRound = byRound;
        this.streak = new Streak(least);
    }

    /** A symptom that a round has, in the first of its steps that tells. */
    static StreakRule ofRounds(Symptom symptom, int least) {
        return new StreakRule(symptom, true, least);
    }

    /** A symptom of optimiser steps. */
    static StreakRule ofSteps(Symptom symptom, int least) {
        return new StreakRule(symptom, false, least);
    }

    @Override
    public List<Finding> hear(StepReport step) {
        Symptom.Sign sign = symptom.look(step.metrics());
        if (sign instanceof Symptom.Sign.Unknown) {
            return List.of();
        }
        boolean speak = streak.hear(byRound ? step.round() : step.step(), sign instanceof Symptom.Sign.Ill);
        if (!speak || !(sign instanceof Symptom.Sign.Ill ill)) {
            return List.of();
        }
        String text = ill.seen() + lasting() + ": " + ill.meaning();
        return List.of(new Finding(Finding.Level.WARNING, symptom.code(), text, step.step()));
    }

    private String lasting() {
        return streak.count() == 1 ? "" : ", the " + streak.count() + ". " + (byRound ? "round" : "step") + " in a row";
    }

    @Override
    public JsonNode state() {
        return streak.state();
    }

    @Override
    public void restore(JsonNode state) {
        streak.restore(state);
    }
}
