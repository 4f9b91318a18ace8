package org.rft4j.rollout.sampler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.decoder.DecodeOptions;
import org.rft4j.engine.decoder.DecodeRequest;
import org.rft4j.engine.decoder.DecodeRow;
import org.rft4j.engine.decoder.DecodeSession;
import org.rft4j.engine.decoder.DecodeStatistics;
import org.rft4j.engine.decoder.DecodedRow;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.Prefix;
import org.rft4j.engine.kernels.TokenRules;

/** The engine's decode session as a {@link RowModel}. */
final class SessionModel implements RowModel {
    private record SessionPrompt(DecodeSession session, Prefix prefix) implements ReadPrompt {
        @Override
        public Row begin(boolean last) {
            return new SessionRow(session, last ? session.take(prefix) : session.admit(prefix));
        }

        @Override
        public void release() {
            session.release(prefix);
        }
    }

    private record SessionRow(DecodeSession session, DecodeRow row) implements Row {
        @Override
        public void release() {
            session.release(row);
        }
    }

    private final Decoder decoder;
    private final DecodeOptions sessionOptions;
    private final LongSupplier version;
    private DecodeSession session;
    private DecodeStatistics.Times timesBefore = new DecodeStatistics.Times(0, 0, 0, 0);

    /**
     * Opens a session.
     *
     * @param decoder the model, with a head
     * @param options of the session
     * @param version of the weights
     */
    SessionModel(Decoder decoder, DecodeOptions options, LongSupplier version) {
        this.decoder = decoder;
        sessionOptions = options;
        this.version = version;
        session = DecodeSession.open(decoder, options);
    }

    @Override
    public List<ReadPrompt> read(List<long[]> prompts) {
        List<ReadPrompt> read = new ArrayList<>();
        session.prefill(prompts).forEach(prefix -> read.add(new SessionPrompt(session, prefix)));
        return read;
    }

    @Override
    public List<Written> write(List<Wanted> rows, int returnAfterStopped) {
        List<DecodeRequest.Row> wanted = new ArrayList<>();
        for (Wanted row : rows) {
            SamplingOptions options = row.options();
            wanted.add(new DecodeRequest.Row(
                    ((SessionRow) row.row()).row(),
                    options.filter(),
                    new TokenRules(options.logitBias(), options.minNewTokens(), row.endIds()),
                    row.uniforms(),
                    row.endIds()));
        }
        List<Written> written = new ArrayList<>();
        for (DecodedRow row : session.decode(new DecodeRequest(wanted, returnAfterStopped))) {
            boolean broken = row.state() == DecodedRow.State.BROKEN;
            written.add(new Written(row.tokens(), row.logProbs(), row.supportSizes(), broken));
        }
        return written;
    }

    @Override
    public void reset() {
        timesBefore = times();
        session.close();
        session = DecodeSession.open(decoder, sessionOptions);
    }

    @Override
    public long version() {
        return version.getAsLong();
    }

    @Override
    public DecodeStatistics statistics() {
        DecodeStatistics now = session.statistics();
        return new DecodeStatistics(now.liveTokens(), now.cacheBytes(), now.bytesPerToken(), now.steps(), times());
    }

    /** Those of this session and of all before it. */
    private DecodeStatistics.Times times() {
        DecodeStatistics.Times now = session.statistics().times();
        return new DecodeStatistics.Times(
                timesBefore.attention() + now.attention(),
                timesBefore.body() + now.body(),
                timesBefore.head() + now.head(),
                timesBefore.drawing() + now.drawing());
    }

    @Override
    public void close() {
        session.close();
    }
}
