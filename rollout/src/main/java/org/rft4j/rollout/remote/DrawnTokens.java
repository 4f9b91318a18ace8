package org.rft4j.rollout.remote;

import java.util.Arrays;
import java.util.List;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;

/** The tokens of servers that tell what they drew. */
final class DrawnTokens {
    private static final String SPELLED_ID = "token_id:";

    private DrawnTokens() {}

    static SampledTokens of(SampleRequest request, Answer.Snapshot answer) {
        if (answer.parted()) {
            throw RemoteException.lasting(
                    "the server took tool calls or reasoning out of the text; start it without parsers for them");
        }
        long[] ids = answer.ids().length > 0 ? answer.ids() : spelledIds(answer.tokenTexts());
        if (ids.length == 0 && !answer.text().isEmpty()) {
            throw RemoteException.lasting(
                    "the server did not tell which tokens it drew; update it, or ask with Dialect.openAi()");
        }
        if (ids.length != answer.logProbs().length) {
            throw RemoteException.lasting(
                    "the server told " + ids.length + " tokens and " + answer.logProbs().length + " log-probs");
        }
        for (float logProb : answer.logProbs()) {
            if (!(logProb <= 0 && Float.isFinite(logProb))) {
                throw RemoteException.lasting(
                        "the server told a log-prob of " + logProb + ", must be finite and at most 0");
            }
        }
        return new SampledTokens(prompt(request, answer.prompt()), ids, answer.logProbs(), SampledTokens.Origin.DRAWN);
    }

    private static long[] prompt(SampleRequest request, long[] told) {
        if (!(request.prompt() instanceof Prompt.Tokens sent)) {
            return told;
        }
        if (told.length > 0 && !Arrays.equals(told, sent.ids())) {
            throw RemoteException.lasting("the server saw another prompt than the tokens that were sent");
        }
        return sent.ids();
    }

    /** vLLM before it had a field for them; empty where they are spelled otherwise. */
    private static long[] spelledIds(List<String> spelled) {
        try {
            return spelled.stream()
                    .mapToLong(text -> Long.parseLong(text.substring(SPELLED_ID.length())))
                    .toArray();
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            return new long[0];
        }
    }
}
