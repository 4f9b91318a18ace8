package org.rft4j.rollout.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What differs between the answers of {@code /v1/completions} and {@code /v1/chat/completions}. */
sealed interface AnswerFormat {
    /** How ids of answers begin. */
    String idPrefix();

    /** What the answer calls itself. */
    String objectName(boolean streaming);

    /** Writes a whole text. */
    void writeWhole(ObjectNode choice, String text);

    /** Writes the next piece of a text. */
    void writePiece(ObjectNode choice, String text, boolean first);

    /** Writes the log-probs of tokens. */
    void writeLogProbs(ObjectNode choice, List<String> tokens, float[] logProbs);

    /** A text. */
    record Text() implements AnswerFormat {
        @Override
        public String idPrefix() {
            return "cmpl-";
        }

        @Override
        public String objectName(boolean streaming) {
            return "text_completion";
        }

        @Override
        public void writeWhole(ObjectNode choice, String text) {
            choice.put("text", text);
        }

        @Override
        public void writePiece(ObjectNode choice, String text, boolean first) {
            choice.put("text", text);
        }

        @Override
        public void writeLogProbs(ObjectNode choice, List<String> tokens, float[] logProbs) {
            ObjectNode node = choice.putObject("logprobs");
            ArrayNode spelled = node.putArray("tokens");
            tokens.forEach(spelled::add);
            ArrayNode numbers = node.putArray("token_logprobs");
            for (float logProb : logProbs) {
                numbers.add(logProb);
            }
        }
    }

    /** A message. */
    record Chat() implements AnswerFormat {
        private static final String ROLE = "assistant";

        @Override
        public String idPrefix() {
            return "chatcmpl-";
        }

        @Override
        public String objectName(boolean streaming) {
            return streaming ? "chat.completion.chunk" : "chat.completion";
        }

        @Override
        public void writeWhole(ObjectNode choice, String text) {
            choice.putObject("message").put("role", ROLE).put("content", text);
        }

        @Override
        public void writePiece(ObjectNode choice, String text, boolean first) {
            ObjectNode delta = choice.putObject("delta");
            if (first) {
                delta.put("role", ROLE);
            }
            delta.put("content", text);
        }

        @Override
        public void writeLogProbs(ObjectNode choice, List<String> tokens, float[] logProbs) {
            ArrayNode content = choice.putObject("logprobs").putArray("content");
            for (int i = 0; i < logProbs.length; i++) {
                ObjectNode token = content.addObject();
                token.put("token", tokens.get(i));
                token.put("logprob", logProbs[i]);
                token.putNull("bytes");
                token.putArray("top_logprobs");
            }
        }
    }
}
