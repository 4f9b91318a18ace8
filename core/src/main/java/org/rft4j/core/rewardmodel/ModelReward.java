package org.rft4j.core.rewardmodel;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.MicroBatches;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.RewardTally;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.PassingThread;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;

/**
 * What a reward model thinks of texts. It reads them as text, through its own tokenizer and template, because its policy may have others and because
 * it was trained on texts that were encoded so. Behind a conversation that is all messages of the episode, tools' answers included; behind a text it
 * is their contents one after the other.
 *
 * <p>A text that is too long for the encoder is not applicable; one that cannot be encoded, or whose reward is not finite, counts as failed and says
 * why. Whether a text was cut off makes no difference, since the encoder ends each text alike: a penalty for that is the algorithm's.
 *
 * <p>Texts are scored in micro-batches, whatever groups they come in, so that a reward may differ in its last bits with the texts that are asked
 * together. In a panel ask it as a group reward; alone, {@link #scorer} asks about a whole batch at once. Several threads may ask, and wait for one
 * another; a policy may be trained meanwhile, but not the reward model, and its weights must not be those of the policy unless they are frozen in both.
 */
public final class ModelReward implements GroupReward {
    private static final int TOKENS = 8192;

    private static final int ROWS = 64;

    private final String name;

    private final RewardModel model;

    private final AnswerEncoder encoder;

    private final TensorEngine engine;

    private final int tokenBudget;

    private final int maxRows;

    private final ReentrantLock busy;

    private ModelReward(
            String name,
            RewardModel model,
            AnswerEncoder encoder,
            TensorEngine engine,
            int tokenBudget,
            int maxRows,
            ReentrantLock busy) {
        Check.that(!name.isBlank(), "name of a reward", "'" + name + "'", "must not be blank", "metrics show it");
        Check.that(
                tokenBudget > 0 && maxRows > 0,
                "tokens and rows of a micro-batch",
                tokenBudget + " and " + maxRows,
                "must be positive",
                "begin with 8192 tokens and 64 rows");
        this.name = name;
        this.model = model;
        this.encoder = encoder;
        this.engine = engine;
        this.tokenBudget = tokenBudget;
        this.maxRows = maxRows;
        this.busy = busy;
    }

    /**
     * A reward. Micro-batches have up to 8192 tokens and 64 texts.
     *
     * @param name what metrics call it
     * @param model of one label; it stays the caller's
     * @param encoder makes tokens for the model
     * @param engine gives scopes
     * @return the reward
     */
    public static ModelReward of(String name, RewardModel model, AnswerEncoder encoder, TensorEngine engine) {
        return new ModelReward(name, model, encoder, engine, TOKENS, ROWS, new ReentrantLock());
    }

    /**
     * The same with other micro-batches.
     *
     * @param tokens the most tokens of one, padding included; a longer text stands alone
     * @param rows the most texts of one
     * @return a reward of the same model, which waits for this one
     */
    public ModelReward withMicroBatches(int tokens, int rows) {
        return new ModelReward(name, model, encoder, engine, tokens, rows, busy);
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Scores texts, of one task or of several.
     *
     * @param samples the texts
     * @return one score per text, in order
     * @throws InterruptedException if the thread is interrupted before all scores are there
     */
    @Override
    public List<Score> score(List<RewardSample> samples) throws InterruptedException {
        Map<Integer, Score> scores = new LinkedHashMap<>();
        List<Integer> asked = new ArrayList<>();
        List<long[]> texts = new ArrayList<>();
        for (int n = 0; n < samples.size(); n++) {
            try {
                Optional<long[]> ids = encoder.encode(samples.get(n).task(), answer(samples.get(n)));
                if (ids.isPresent()) {
                    asked.add(n);
                    texts.add(requireTokens(ids.get()));
                } else {
                    scores.put(n, Score.notApplicable("longer than reward model '" + name + "' reads"));
                }
            } catch (RuntimeException | StackOverflowError e) { // what a model wrote may be more than a template bears
                scores.put(n, failure("cannot read: " + e, samples.get(n)));
            }
        }
        float[] rewards = rewards(texts);
        for (int i = 0; i < rewards.length; i++) {
            int n = asked.get(i);
            scores.put(
                    n,
                    Float.isFinite(rewards[i]) ? Score.of(rewards[i]) : failure("says " + rewards[i], samples.get(n)));
        }
        List<Score> inOrder = new ArrayList<>();
        for (int n = 0; n < samples.size(); n++) {
            inOrder.add(scores.get(n));
        }
        return inOrder;
    }

    /**
     * This reward as training asks it, about a whole batch at once in the thread that asks.
     *
     * @return a scorer without a state
     */
    public RewardScorer scorer() {
        return new WholeBatchScorer(this, JsonNodeFactory.instance.objectNode());
    }

    private static Answer answer(RewardSample sample) {
        if (sample.task().prompt() instanceof Prompt.Chat) {
            return new Answer.Messages(sample.messages());
        }
        if (sample.messages().size() <= 1) {
            return Answer.of(sample.completion());
        }
        StringBuilder all = new StringBuilder();
        for (ChatMessage message : sample.messages()) {
            if (!(message.content() instanceof Content.Text text)) {
                throw new InvalidInputException(
                        "message behind a prompt of text", message, "must be a text", "make the prompt a conversation");
            }
            all.append(text.text());
        }
        return Answer.of(all.toString());
    }

    private static long[] requireTokens(long[] ids) {
        Check.that(ids.length > 0, "tokens of a text", "none", "must be at least one", "give it a prompt");
        return ids;
    }

    private Score failure(String what, RewardSample sample) {
        String problem = "reward model '" + name + "' " + what + " on task "
                + sample.task().id();
        return Score.notApplicable(problem).withDiagnostic(RewardTally.FAILED, problem);
    }

    private float[] rewards(List<long[]> texts) throws InterruptedException {
        float[] rewards = new float[texts.size()];
        if (texts.isEmpty()) {
            return rewards;
        }
        TokenBatch all = TokenBatch.of(
                texts, texts.stream().map(ids -> new boolean[ids.length]).toList());
        busy.lockInterruptibly();
        try {
            for (List<Integer> part :
                    MicroBatches.plan(all.lengths(), tokenBudget, maxRows, MicroBatches.TooLong.ALONE)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while reward model '" + name + "' was asked");
                }
                float[] found = PassingThread.call(() -> ask(all.select(part)));
                for (int i = 0; i < found.length; i++) {
                    rewards[part.get(i)] = found[i];
                }
            }
        } finally {
            busy.unlock();
        }
        return rewards;
    }

    private float[] ask(TokenBatch part) {
        try (NativeScope scope = engine.openScope()) {
            float[] rewards = model.score(
                            part, BatchLayout.rightPadded(), ActivationMemory.KEEP_NOTHING, scope.manager())
                    .rewards()
                    .toFloatArray();
            return Arrays.copyOf(rewards, part.sequences());
        }
    }
}
