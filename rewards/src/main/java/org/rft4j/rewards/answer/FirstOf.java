package org.rft4j.rewards.answer;

import java.util.List;
import java.util.Optional;
import org.rft4j.engine.Check;

/** The first of several that finds something; see {@link AnswerExtraction#firstOf}. */
record FirstOf(List<AnswerExtraction> tries) implements AnswerExtraction {
    FirstOf {
        tries = List.copyOf(tries);
        Check.that(!tries.isEmpty(), "ways to find an answer", "none", "must be at least one", "name one");
    }

    @Override
    public Optional<FoundAnswer> find(String text) {
        return tries.stream().flatMap(way -> way.find(text).stream()).findFirst();
    }

    @Override
    public String written(String answer) {
        return tries.get(0).written(answer);
    }

    @Override
    public String missing() {
        return tries.get(0).missing();
    }
}
