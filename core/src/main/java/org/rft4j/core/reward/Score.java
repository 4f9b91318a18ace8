package org.rft4j.core.reward;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * What a reward says of a completion. A reward that has nothing to say of a task is not applicable, which is not a reward of 0.
 *
 * @param applicable whether there is a value
 * @param value the reward, finite; 0 where it is not applicable, see {@link #orElse}
 * @param components parts of the value by name, for metrics
 * @param perTurn a reward for each turn of the assistant, or empty
 * @param perToken a reward for each token of the completion, or empty
 * @param feedback what is to be said in words
 * @param diagnostics for whoever looks into it, such as what was parsed or why it is not applicable
 */
public record Score(
        boolean applicable,
        double value,
        Map<String, Double> components,
        List<Double> perTurn,
        List<Double> perToken,
        List<Feedback> feedback,
        Map<String, String> diagnostics) {
    /** Copies lists and maps, and refuses numbers that are not finite. */
    public Score {
        components = Collections.unmodifiableMap(new LinkedHashMap<>(components));
        perTurn = List.copyOf(perTurn);
        perToken = List.copyOf(perToken);
        feedback = List.copyOf(feedback);
        diagnostics = Collections.unmodifiableMap(new LinkedHashMap<>(diagnostics));
        requireFinite("score", value);
        components.forEach((name, part) -> requireFinite("component '" + name + "' of a score", part));
        perTurn.forEach(part -> requireFinite("score of a turn", part));
        perToken.forEach(part -> requireFinite("score of a token", part));
        Check.that(
                applicable || value == 0,
                "value of a score that is not applicable",
                value,
                "must be 0",
                "make it with Score.notApplicable(...)");
    }

    /**
     * A number.
     *
     * @param value the reward
     * @return the score
     */
    public static Score of(double value) {
        return new Score(true, value, Map.of(), List.of(), List.of(), List.of(), Map.of());
    }

    /**
     * 1 or 0.
     *
     * @param right whether the completion earns the reward
     * @return the score
     */
    public static Score of(boolean right) {
        return of(right ? 1 : 0);
    }

    /**
     * Nothing to say.
     *
     * @param reason why, kept under {@code notApplicable} in the diagnostics
     * @return a score without a value
     */
    public static Score notApplicable(String reason) {
        return new Score(false, 0, Map.of(), List.of(), List.of(), List.of(), Map.of("notApplicable", reason));
    }

    /**
     * The value, or another number where there is none.
     *
     * @param fallback the number
     * @return one of the two
     */
    public double orElse(double fallback) {
        return applicable ? value : fallback;
    }

    /**
     * Replaces the value.
     *
     * @param newValue the reward
     * @return this score, applicable, with that value
     */
    public Score withValue(double newValue) {
        return new Score(true, newValue, components, perTurn, perToken, feedback, diagnostics);
    }

    /**
     * Adds or replaces a component.
     *
     * @param name which
     * @param part its number
     * @return this score with it
     */
    public Score withComponent(String name, double part) {
        Map<String, Double> more = new LinkedHashMap<>(components);
        more.put(name, part);
        return new Score(applicable, value, more, perTurn, perToken, feedback, diagnostics);
    }

    /**
     * Adds feedback.
     *
     * @param said what is to be said
     * @return this score with it
     */
    public Score withFeedback(Feedback... said) {
        List<Feedback> more = new ArrayList<>(feedback);
        more.addAll(List.of(said));
        return new Score(applicable, value, components, perTurn, perToken, more, diagnostics);
    }

    /**
     * Adds or replaces a diagnostic.
     *
     * @param name which
     * @param text what it says
     * @return this score with it
     */
    public Score withDiagnostic(String name, String text) {
        Map<String, String> more = new LinkedHashMap<>(diagnostics);
        more.put(name, text);
        return new Score(applicable, value, components, perTurn, perToken, feedback, more);
    }

    /**
     * Replaces the rewards of turns.
     *
     * @param parts one for each turn of the assistant
     * @return this score with them
     */
    public Score withPerTurn(List<Double> parts) {
        return new Score(applicable, value, components, parts, perToken, feedback, diagnostics);
    }

    /**
     * Replaces the rewards of tokens.
     *
     * @param parts one for each token of the completion
     * @return this score with them
     */
    public Score withPerToken(List<Double> parts) {
        return new Score(applicable, value, components, perTurn, parts, feedback, diagnostics);
    }

    private static void requireFinite(String what, double number) {
        if (!Double.isFinite(number)) {
            throw new InvalidInputException(
                    what, number, "must be finite", "guard divisions and logarithms, or say Score.notApplicable(...)");
        }
    }
}
