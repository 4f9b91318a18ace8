package org.rft4j.core.tokenizer;

/** Sends the spellings of ids through the steps of a plan. */
final class StreamingDecoder implements IncrementalDecoder {
    private final TokenTable table;
    private final boolean skipSpecialTokens;
    private final StringBuilder certain = new StringBuilder();
    private final PieceSink head;
    private int index;

    StreamingDecoder(TokenTable table, DecodePlan plan, boolean skipSpecialTokens) {
        this.table = table;
        this.skipSpecialTokens = skipSpecialTokens;
        head = plan.before(new TextSink(certain));
    }

    /** Decodes whole sequences, keeping which token wrote what. */
    static TokenOffsets offsets(TokenTable table, DecodePlan plan, long[] ids, boolean skipSpecialTokens) {
        TokenOffsets.Builder offsets = new TokenOffsets.Builder(ids.length);
        PieceSink head = plan.before(new PieceSink() {
            @Override
            public void accept(String piece, int first, int last) {
                offsets.append(piece, first, last);
            }

            @Override
            public void end() {}

            @Override
            public PieceSink forkBefore(PieceSink sink) {
                return sink;
            }
        });
        for (int i = 0; i < ids.length; i++) {
            String spelling = table.textOf(ids[i]);
            if (!skipSpecialTokens || !table.isSpecial(ids[i])) {
                head.accept(spelling, i, i);
            }
        }
        head.end();
        return offsets.build();
    }

    @Override
    public String accept(long id) {
        String spelling = table.textOf(id);
        if (!skipSpecialTokens || !table.isSpecial(id)) {
            head.accept(spelling, index, index);
        }
        index++;
        return take();
    }

    @Override
    public String pending() {
        StringBuilder held = new StringBuilder();
        head.forkBefore(new TextSink(held)).end();
        return held.toString();
    }

    @Override
    public String flush() {
        head.end();
        index = 0;
        return take();
    }

    /** Where pieces end up. */
    private record TextSink(StringBuilder text) implements PieceSink {
        @Override
        public void accept(String piece, int first, int last) {
            text.append(piece);
        }

        @Override
        public void end() {}

        @Override
        public PieceSink forkBefore(PieceSink sink) {
            return sink;
        }
    }

    private String take() {
        String piece = certain.toString();
        certain.setLength(0);
        return piece;
    }
}
