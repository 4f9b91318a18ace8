package org.rft4j.rollout.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.SamplingFilter;

/** OpenAI's protocol and nothing else. */
final class OpenAiDialect extends Dialect {
    private static final int MAX_STOPS = 4;
    private static final double MAX_TEMPERATURE = 2;
    private static final int SEED_BITS = 31; // some servers have no more
    private static final String WAY_OUT = "leave it off, or ask a server that has it with Dialect.vllm() or rft4j()";

    private final @Nullable Tokenizer tokenizer;

    OpenAiDialect(@Nullable Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    @Override
    void check(SampleRequest request) {
        SamplingOptions options = request.options();
        SamplingFilter filter = options.filter();
        requireOff("topK", filter.topK(), 0);
        requireOff("minP", filter.minP(), 0);
        requireOff("repetitionPenalty", filter.repetitionPenalty(), 1);
        requireOff("minNewTokens", options.minNewTokens(), 0);
        Check.that(
                options.endIds().isEmpty(),
                "endIds",
                options.endIds(),
                "must be empty, OpenAI's protocol has no words for it",
                WAY_OUT);
        Check.that(
                !options.keepStopString() || options.stopStrings().isEmpty(),
                "keepStopString",
                true,
                "must be off, OpenAI's protocol has no words for it",
                WAY_OUT);
        Check.that(
                options.stopStrings().size() <= MAX_STOPS,
                "number of stop strings",
                options.stopStrings().size(),
                "must be at most 4 in OpenAI's protocol",
                "leave some out");
        Check.that(
                filter.temperature() <= MAX_TEMPERATURE,
                "temperature",
                filter.temperature(),
                "must be at most 2 in OpenAI's protocol",
                "lower it");
        requireNoTools(request.prompt());
        SamplingFields.requireSmall(options, "OpenAI's protocol");
    }

    private static void requireNoTools(Prompt prompt) {
        Check.that(
                !(prompt instanceof Prompt.Chat chat)
                        || chat.conversation().tools().isEmpty(),
                "tools of a prompt",
                "some",
                "must be none, OpenAI's protocol takes calls of tools out of the text",
                "render the conversation with the model's chat template and ask with the text");
    }

    private static void requireOff(String what, double value, double off) {
        Check.that(value == off, what, value, "must be off, OpenAI's protocol has no words for it", WAY_OUT);
    }

    @Override
    void write(SampleRequest request, ObjectNode body) {
        SamplingFields.writeCommon(request, body);
        body.put("seed", SamplingFields.seed(request, SEED_BITS));
    }

    /** OpenAI answers with a dated name. */
    @Override
    boolean isModel(String asked, String answered) {
        return answered.equals(asked) || answered.startsWith(asked + "-");
    }

    @Override
    SampledTokens tokens(SampleRequest request, Answer.Snapshot answer) {
        long[] prompt = request.prompt() instanceof Prompt.Tokens tokens ? tokens.ids() : new long[0];
        if (tokenizer == null) {
            return new SampledTokens(prompt, new long[0], new float[0], SampledTokens.Origin.ENCODED_AGAIN);
        }
        long[] ids = tokenizer.encode(answer.text(), false).ids();
        float[] logProbs = answer.logProbs();
        if (!sameTokens(tokenizer, ids, answer.tokenTexts())) {
            logProbs = new float[ids.length];
            Arrays.fill(logProbs, Float.NaN);
        }
        return new SampledTokens(prompt, ids, logProbs, SampledTokens.Origin.ENCODED_AGAIN);
    }

    private static boolean sameTokens(Tokenizer tokenizer, long[] ids, List<String> spelled) {
        boolean same = ids.length == spelled.size();
        for (int i = 0; same && i < ids.length; i++) {
            String spelling = spelled.get(i);
            same = spelling.equals(tokenizer.decode(new long[] {ids[i]}, false))
                    || spelling.equals(tokenizer.tokenOf(ids[i]));
        }
        return same;
    }
}
