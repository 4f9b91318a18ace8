package org.rft4j.rollout.episode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Turn;

/** What has happened in an episode so far: the tokens as they were seen and drawn, and what they say. */
final class Transcript {
    private long[] ids;
    private boolean[] trained;
    private float[] logProbs;
    private int[] supportSizes;
    private int promptLength = -1;
    private final List<Turn> turns = new ArrayList<>();
    private final List<ChatMessage> messages = new ArrayList<>();
    private final List<Feedback> feedback = new ArrayList<>();

    Transcript(long[] prompt) {
        ids = prompt.clone();
        trained = new boolean[ids.length];
        logProbs = new float[ids.length];
        supportSizes = new int[ids.length];
    }

    /** Tokens that the policy did not write. */
    void given(long[] more) {
        grow(more, false);
    }

    /** A turn of the policy. Tokens that it may not have drawn are kept and not trained. */
    void wrote(Sample sample, String text) {
        SampledTokens tokens = sample.tokens();
        if (promptLength < 0) {
            promptLength = ids.length;
        }
        boolean drawn = tokens.origin() == SampledTokens.Origin.DRAWN;
        turns.add(new Turn(
                ids.length, tokens.ids().length, sample.text(), sample.stopReason(), 0, sample.policyVersion()));
        messages.add(ChatMessage.assistant(text));
        int before = ids.length;
        grow(tokens.ids(), drawn);
        if (drawn) {
            System.arraycopy(tokens.logProbs(), 0, logProbs, before, ids.length - before);
            System.arraycopy(tokens.supportSizes(), 0, supportSizes, before, ids.length - before);
        }
    }

    private void grow(long[] more, boolean drawn) {
        int before = ids.length;
        ids = Arrays.copyOf(ids, before + more.length);
        trained = Arrays.copyOf(trained, ids.length);
        logProbs = Arrays.copyOf(logProbs, ids.length);
        supportSizes = Arrays.copyOf(supportSizes, ids.length);
        System.arraycopy(more, 0, ids, before, more.length);
        Arrays.fill(trained, before, ids.length, drawn);
    }

    void observed(List<ChatMessage> said) {
        messages.addAll(said);
    }

    /** What the environment gave for the last turn. */
    void judged(double reward, List<Feedback> said) {
        Turn last = turns.remove(turns.size() - 1);
        turns.add(new Turn(
                last.firstToken(), last.tokens(), last.text(), last.stopReason(), reward, last.policyVersion()));
        feedback.addAll(said);
    }

    long[] ids() {
        return ids.clone();
    }

    int length() {
        return ids.length;
    }

    List<Turn> turns() {
        return turns;
    }

    List<ChatMessage> messages() {
        return messages;
    }

    List<Feedback> feedback() {
        return feedback;
    }

    TokenTrace trace() {
        return new TokenTrace(ids, trained, logProbs, supportSizes, promptLength < 0 ? ids.length : promptLength);
    }
}
