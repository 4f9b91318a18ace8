package org.rft4j.rollout.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.tokenizer.Tokenizer;

/**
 * What a server understands beyond OpenAI's protocol. What a dialect has no words for is refused, never left out in silence.
 */
public abstract class Dialect {
    Dialect() {}

    /**
     * Nothing beyond it: OpenAI itself, llama.cpp, Ollama. Samples have text and no tokens, which is enough for judges and critics
     * and not for training.
     *
     * @return the dialect
     */
    public static Dialect openAi() {
        return new OpenAiDialect(null);
    }

    /**
     * Nothing beyond it. The text is encoded again, and the samples say so: the model may have drawn other tokens. Log-probs are the
     * server's where it names the same tokens one by one, and NaN where it does not.
     *
     * @param tokenizer the model's, which stays the caller's
     * @return the dialect
     */
    public static Dialect openAi(Tokenizer tokenizer) {
        return new OpenAiDialect(tokenizer);
    }

    /**
     * vLLM from 0.10.2 on, which tells the tokens it drew. Start it with {@code --logprobs-mode processed_logprobs}, else its log-probs
     * are those of the distribution before temperature and filters; and without parsers of tools and reasoning, which take
     * parts out of the text.
     *
     * @return the dialect
     */
    public static Dialect vllm() {
        return new VllmDialect();
    }

    /**
     * rft4j's own server, which draws by the sample's key: its samples are those of the sampler that it serves.
     *
     * @return the dialect
     */
    public static Dialect rft4j() {
        return new Rft4jDialect();
    }

    /** Throws if the dialect has no words for something that is wanted. */
    abstract void check(SampleRequest request);

    /** Adds how the text is to be written. */
    abstract void write(SampleRequest request, ObjectNode body);

    /** Whether the model that answered is the one that was asked. */
    abstract boolean isModel(String asked, String answered);

    /** The tokens of an answer, whole or not. */
    abstract SampledTokens tokens(SampleRequest request, Answer.Snapshot answer);
}
