package org.rft4j.rewards.answer;

import java.util.Optional;

/** All of it is the answer. */
public record WholeText() implements AnswerExtraction {
    @Override
    public Optional<FoundAnswer> find(String text) {
        return Optional.of(FoundAnswer.between(text, 0, text.length()))
                .filter(answer -> !answer.text().isEmpty());
    }

    @Override
    public String written(String answer) {
        return answer;
    }

    @Override
    public String missing() {
        return "altogether";
    }
}
