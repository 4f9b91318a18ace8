package org.rft4j.rollout.remote;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.StopReason;

/** Makes samples of answers. */
final class Samples {
    private Samples() {}

    /** A sample of an answer that was given to its end. */
    static Sample whole(SampleRequest request, Dialect dialect, String model, Answer.Snapshot answer, long version) {
        if (answer.model() != null && !dialect.isModel(model, answer.model())) {
            throw RemoteException.lasting("the server answered with another model, " + answer.model());
        }
        SampledTokens tokens = dialect.tokens(request, answer);
        return new Sample(
                request.key(), tokens, answer.text(), reason(request, tokens, answer), version, Optional.empty());
    }

    /** A sample that ended before its answer did. */
    static Sample broken(
            SampleRequest request,
            Dialect dialect,
            Answer.@Nullable Snapshot answer,
            StopReason reason,
            long version,
            Optional<String> error) {
        SampledTokens tokens = answer == null ? nothing() : partial(request, dialect, answer);
        return new Sample(request.key(), tokens, answer == null ? "" : answer.text(), reason, version, error);
    }

    private static SampledTokens partial(SampleRequest request, Dialect dialect, Answer.Snapshot answer) {
        try {
            return dialect.tokens(request, answer);
        } catch (RemoteException e) {
            return nothing(); // our own server tells the tokens when all are there
        }
    }

    private static SampledTokens nothing() {
        return new SampledTokens(new long[0], new long[0], new float[0], SampledTokens.Origin.DRAWN);
    }

    /** A server that only says "stop" has met an end token or a stop string: both are ends, and the first is the usual one. */
    private static StopReason reason(SampleRequest request, SampledTokens tokens, Answer.Snapshot answer) {
        String reason = answer.end().reason();
        if ("stop".equals(reason)) {
            return answer.end().detail().isTextual() ? StopReason.STOP_STRING : StopReason.END_TOKEN;
        }
        if ("length".equals(reason)) {
            boolean full = tokens.origin() == SampledTokens.Origin.DRAWN
                    && tokens.ids().length < request.options().maxNewTokens();
            return full ? StopReason.CONTEXT_FULL : StopReason.LENGTH;
        }
        throw RemoteException.lasting("the server ended the answer for a reason of its own, " + reason);
    }
}
