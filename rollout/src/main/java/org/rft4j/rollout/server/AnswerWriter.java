package org.rft4j.rollout.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.LongStream;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.StopReason;

/** Writes one answer, whole or in pieces. */
final class AnswerWriter {
    private final String id;
    private final TextRequest request;
    private final ServedPolicy policy;

    AnswerWriter(String id, TextRequest request, ServedPolicy policy) {
        this.id = id;
        this.request = request;
        this.policy = policy;
    }

    /** Whether a text may be given out. */
    static boolean isGood(Sample sample) {
        return sample.stopReason().ended() || sample.stopReason().truncated();
    }

    ObjectNode whole(List<Sample> samples) {
        ObjectNode root = envelope();
        root.put("policy_version", samples.get(0).policyVersion());
        ArrayNode choices = root.putArray("choices");
        for (int i = 0; i < samples.size(); i++) {
            ObjectNode choice = choices.addObject().put("index", i);
            request.format().writeWhole(choice, samples.get(i).text());
            writeEnd(choice, samples.get(i), i);
        }
        writeUsage(root, samples);
        return root;
    }

    ObjectNode piece(int index, String text, boolean first) {
        ObjectNode root = envelope();
        ObjectNode choice = root.putArray("choices").addObject().put("index", index);
        request.format().writePiece(choice, text, first);
        choice.putNull("finish_reason");
        return root;
    }

    /** The last piece of a text: what was not told yet, and all tokens. */
    ObjectNode lastPiece(int index, Sample sample, String told) {
        ObjectNode root = envelope();
        root.put("policy_version", sample.policyVersion());
        ObjectNode choice = root.putArray("choices").addObject().put("index", index);
        String rest = sample.text().startsWith(told) ? sample.text().substring(told.length()) : "";
        request.format().writePiece(choice, rest, told.isEmpty());
        writeEnd(choice, sample, index);
        return root;
    }

    ObjectNode usage(List<Sample> samples) {
        ObjectNode root = envelope();
        root.putArray("choices");
        writeUsage(root, samples);
        return root;
    }

    /** Answers bear no time: the clock is no part of what they depend on. */
    private ObjectNode envelope() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", request.format().idPrefix() + id)
                .put("object", request.format().objectName(request.show().streaming()))
                .put("created", 0)
                .put("model", policy.name());
    }

    private void writeEnd(ObjectNode choice, Sample sample, int index) {
        long[] ids = sample.tokens().ids();
        if (request.show().logProbs()) {
            List<String> tokens = LongStream.of(ids).mapToObj(this::spelled).toList();
            request.format().writeLogProbs(choice, tokens, sample.tokens().logProbs());
        } else {
            choice.putNull("logprobs");
        }
        choice.put("finish_reason", sample.stopReason().ended() ? "stop" : "length");
        if (sample.stopReason() == StopReason.STOP_STRING) {
            choice.put(
                    "stop_reason",
                    stopString(sample, request.samples().get(index).options().stopStrings()));
        } else {
            choice.putNull("stop_reason");
        }
        if (request.show().ids()) {
            LongStream.of(ids).forEach(choice.putArray("token_ids")::add);
            LongStream.of(sample.tokens().prompt()).forEach(choice.putArray("prompt_token_ids")::add);
        }
    }

    private String spelled(long token) {
        return request.show().spelledAsIds()
                ? "token_id:" + token
                : policy.tokenizer().decode(new long[] {token}, false);
    }

    /** The one that stands where the text was cut, or at its end if it was kept. */
    private String stopString(Sample sample, List<String> stops) {
        String written = policy.tokenizer().decode(sample.tokens().ids(), true);
        return stops.stream()
                .filter(stop -> written.startsWith(stop, sample.text().length())
                        || sample.text().endsWith(stop))
                .findFirst()
                .orElse(stops.get(0));
    }

    private void writeUsage(ObjectNode root, List<Sample> samples) {
        int prompts = 0;
        int written = 0;
        for (int i = 0; i < samples.size(); i++) {
            written += samples.get(i).tokens().ids().length;
            prompts += i % request.samplesPerPrompt() == 0
                    ? samples.get(i).tokens().prompt().length
                    : 0;
        }
        root.putObject("usage")
                .put("prompt_tokens", prompts)
                .put("completion_tokens", written)
                .put("total_tokens", prompts + written);
    }
}
