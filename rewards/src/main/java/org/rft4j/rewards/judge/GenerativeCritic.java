package org.rft4j.rewards.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.reward.Critic;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Feedback.Polarity;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.Check;

/**
 * A model that says what is good or wrong, and quotes what it speaks of. A quote that stands in the completion becomes the feedback's
 * span; one that does not is left out, the remark stays.
 *
 * @param judge the model
 * @param prompt with the places {@code task}, {@code answer} and {@code most}
 * @param most how many remarks are asked for; an answer with more is not read
 */
public record GenerativeCritic(Judge judge, JudgePrompt prompt, int most) implements Critic {
    private static final String SOURCE = "critic";

    /** Checks the number. */
    public GenerativeCritic {
        Check.that(most >= 1, "most remarks", most, "must be at least 1", "use 5");
    }

    /**
     * A critic with this package's prompt.
     *
     * @param judge the model
     * @return a critic of at most five remarks
     */
    public static GenerativeCritic of(Judge judge) {
        return new GenerativeCritic(judge, JudgePrompt.resource("critic.txt"), 5);
    }

    @Override
    public List<Feedback> critique(RewardSample sample) throws Exception {
        String question = prompt.fill(
                Map.of("most", Integer.toString(most)),
                Map.of("task", Asked.text(sample.task()), "answer", sample.completion()));
        return judge.ask(question, answer -> remarks(answer, sample.completion()));
    }

    private Optional<List<Feedback>> remarks(JsonNode answer, String completion) {
        if (!answer.isArray() || answer.size() > most) {
            return Optional.empty();
        }
        List<Feedback> remarks = new ArrayList<>();
        for (JsonNode row : answer) {
            String text = row.path("remark").asText("");
            Optional<Polarity> polarity = polarity(row.path("kind").asText(""));
            if (text.isBlank() || polarity.isEmpty()) {
                return Optional.empty();
            }
            String quote = row.path("quote").asText("");
            int at = quote.isBlank() ? -1 : completion.indexOf(quote);
            Optional<CharSpan> span = at < 0 ? Optional.empty() : Optional.of(new CharSpan(at, at + quote.length()));
            remarks.add(new Feedback(text, polarity.get(), span, SOURCE));
        }
        return Optional.of(remarks);
    }

    private static Optional<Polarity> polarity(String kind) {
        return switch (kind) {
            case "good" -> Optional.of(Polarity.POSITIVE);
            case "wrong" -> Optional.of(Polarity.NEGATIVE);
            case "note" -> Optional.of(Polarity.NEUTRAL);
            default -> Optional.empty();
        };
    }
}
