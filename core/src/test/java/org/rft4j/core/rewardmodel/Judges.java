package org.rft4j.core.rewardmodel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.random.KeyedRandom;

/** Tiny reward models that nobody trained, which read bytes. */
final class Judges implements AutoCloseable {
    private static final long PAD = 258;

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    RewardModel model(long seed) {
        LanguageModel body = own(LanguageModel.fresh(
                DecoderConfig.builder().vocabulary(259).build(),
                Tokenizers.bytes(),
                KeyedRandom.ofSeed(seed),
                TestEngine.engine()));
        ClassifierWeights classifier = ClassifierWeights.from(body.weights(), 1, PAD, KeyedRandom.ofSeed(seed));
        return own(RewardModel.frozen(classifier));
    }

    ModelReward reward(String name, long seed) {
        return ModelReward.of(name, model(seed), Judges::encode, TestEngine.engine());
    }

    /** The text as it stands; more than 60 bytes are too many, and a bell is not borne. */
    static Optional<long[]> encode(TaskRecord task, Answer answer) {
        String text = ((Prompt.Text) task.prompt()).text() + ((Answer.Text) answer).text();
        if (text.contains("\u0007")) {
            throw new IllegalStateException("a bell");
        }
        long[] ids = ids(text);
        return ids.length > 60 ? Optional.empty() : Optional.of(ids);
    }

    static long[] ids(String text) {
        return Tokenizers.bytes().encode(text, false).ids();
    }

    static RewardSample sample(String prompt, String completion) {
        return RewardSample.of(TaskRecord.of("task-" + prompt, prompt), completion);
    }

    /** Asked alone, as plainly as can be. */
    static double plainly(RewardModel model, String text) {
        long[] ids = ids(text);
        try (NativeScope scope = TestEngine.scope()) {
            return model.score(
                            TokenBatch.of(List.of(ids), List.of(new boolean[ids.length])),
                            BatchLayout.rightPadded(),
                            ActivationMemory.KEEP_NOTHING,
                            scope.manager())
                    .rewards()
                    .getFloat(0);
        }
    }

    private <T extends AutoCloseable> T own(T one) {
        owned.push(one);
        return one;
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
