package org.rft4j.core.rewardmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.RewardTally;
import org.rft4j.core.reward.Score;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.PassingThread;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.random.KeyedRandom;

class ModelRewardTest {
    /** Of rewards that are computed together and alone, in fp32. */
    private static final double TOLERANCE = 1e-5;

    private static final List<RewardSample> TEXTS = List.of(
            Judges.sample("one ", "and two"),
            Judges.sample("a much longer prompt ", "and its answer"),
            Judges.sample("x", "y"),
            Judges.sample("one ", "more"),
            Judges.sample("the end", ""));

    private final Judges judges = new Judges();

    @AfterEach
    void free() {
        judges.close();
    }

    private static String text(RewardSample sample) {
        return ((Prompt.Text) sample.task().prompt()).text() + sample.completion();
    }

    @ParameterizedTest
    @CsvSource({"8192, 64", "40, 64", "1, 64", "8192, 2"})
    void rewardsAreTheModelsInAnyMicroBatches(int tokens, int rows) throws Exception {
        RewardModel model = judges.model(1);
        ModelReward reward = ModelReward.of("judge", model, Judges::encode, TestEngine.engine())
                .withMicroBatches(tokens, rows);
        List<Score> scores = reward.score(TEXTS);
        assertThat(scores).hasSameSizeAs(TEXTS);
        for (int n = 0; n < scores.size(); n++) {
            assertThat(scores.get(n).value())
                    .as(text(TEXTS.get(n)))
                    .isCloseTo(Judges.plainly(model, text(TEXTS.get(n))), within(TOLERANCE));
        }
        assertThat(scores.get(0).value()).isNotCloseTo(scores.get(3).value(), within(10 * TOLERANCE));
        assertThat(reward.name()).isEqualTo("judge");
        assertThat(reward.score(List.of())).isEmpty();
    }

    @Test
    void textsThatCannotBeScoredSayWhy() throws Exception {
        ModelReward reward = judges.reward("judge", 1);
        List<Score> scores = reward.score(
                List.of(Judges.sample("a", "long ".repeat(20)), Judges.sample("a", "\u0007"), Judges.sample("a", "b")));
        assertThat(scores.get(0).applicable()).isFalse();
        assertThat(scores.get(0).diagnostics())
                .isEqualTo(Map.of("notApplicable", "longer than reward model 'judge' reads"));
        assertThat(scores.get(1).applicable()).isFalse();
        assertThat(scores.get(1).diagnostics())
                .containsEntry(
                        RewardTally.FAILED,
                        "reward model 'judge' cannot read: java.lang.IllegalStateException: a bell on task task-a");
        assertThat(scores.get(2).applicable()).isTrue();
        ModelReward empty = ModelReward.of(
                "empty", judges.model(2), (task, answer) -> Optional.of(new long[0]), TestEngine.engine());
        assertThat(empty.score(TEXTS.subList(0, 1)).get(0).diagnostics().get(RewardTally.FAILED))
                .contains("tokens of a text was none, must be at least one; give it a prompt");
    }

    @Test
    void aRewardThatIsNotFiniteCountsAsFailed() throws Exception {
        RewardModel model = judges.model(1);
        model.classifier().score().muli(1e38f).muli(50);
        Score score = ModelReward.of("judge", model, Judges::encode, TestEngine.engine())
                .score(TEXTS.subList(0, 1))
                .get(0);
        assertThat(score.applicable()).isFalse();
        assertThat(score.diagnostics().get(RewardTally.FAILED))
                .matches("reward model 'judge' says (NaN|-?Infinity) on task task-one ");
    }

    @Test
    void conversationsAreReadWholeAndTextsOneAfterTheOther() throws Exception {
        AtomicReference<Answer> read = new AtomicReference<>();
        ModelReward reward = ModelReward.of(
                "judge",
                judges.model(1),
                (task, answer) -> {
                    read.set(answer);
                    return Optional.of(new long[] {1});
                },
                TestEngine.engine());
        List<ChatMessage> turns =
                List.of(ChatMessage.assistant("a?"), ChatMessage.user("b"), ChatMessage.assistant("c"));
        TaskRecord chat = new TaskRecord("chat", Prompt.of(ChatMessage.user("go")), Map.of());
        reward.score(List.of(new RewardSample(chat, "c", turns, false, null)));
        assertThat(read.get()).isEqualTo(new Answer.Messages(turns));
        reward.score(List.of(new RewardSample(TaskRecord.of("text", "go"), "c", turns, false, null)));
        assertThat(read.get()).isEqualTo(Answer.of("a?bc"));
        ChatMessage call = new ChatMessage("assistant", null, null, List.of(), null, null, Map.of());
        Score failed = reward.score(List.of(new RewardSample(
                        TaskRecord.of("text", "go"), "c", List.of(call, ChatMessage.assistant("c")), false, null)))
                .get(0);
        assertThat(failed.diagnostics().get(RewardTally.FAILED))
                .contains("must be a text; make the prompt a conversation");
    }

    @Test
    void theScorerAsksAboutTheWholeBatchAndTellsWhatARewardTells() throws Exception {
        ModelReward reward = judges.reward("judge", 1);
        RewardScorer scorer = reward.scorer();
        RewardSample tooLong = Judges.sample("a", "long ".repeat(20));
        RewardScorer.Scored scored =
                scorer.score(List.of(TEXTS.subList(0, 2), List.of(tooLong), List.of(), TEXTS.subList(2, 3)), 0);
        List<Score> alone = reward.score(List.of(TEXTS.get(0), TEXTS.get(1), tooLong, TEXTS.get(2)));
        assertThat(scored.scores())
                .isEqualTo(List.of(alone.subList(0, 2), alone.subList(2, 3), List.of(), alone.subList(3, 4)));
        assertThat(scored.metrics().keySet())
                .containsExactly(
                        "rewards/judge/mean",
                        "rewards/judge/std",
                        "rewards/judge/not_applicable",
                        "rewards/judge/failed",
                        "rewards/judge/timed_out");
        assertThat(scored.metrics()).containsEntry("rewards/judge/not_applicable", 1.0);
        RewardScorer.Scored failing = scorer.score(List.of(List.of(Judges.sample("a", "\u0007"))), 0);
        assertThat(failing.metrics())
                .containsEntry("rewards/judge/failed", 1.0)
                .containsEntry("rewards/judge/not_applicable", 0.0);
        scorer.restore(scorer.state());
        assertThatThrownBy(() ->
                        scorer.restore(JsonNodeFactory.instance.objectNode().put("a", 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "state of reward 'judge' was {\"a\":1}, must be {}, which it would go on with; go on with the"
                                + " members and scales of the saved run; RewardScales.read takes up scales that were written");
    }

    @Test
    void interruptionIsHeeded() {
        ModelReward reward = judges.reward("judge", 1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> reward.score(TEXTS)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void severalThreadsMayAskWhileAPolicyIsTrained() throws Exception {
        ModelReward reward = judges.reward("judge", 1).withMicroBatches(64, 2);
        List<Score> expected = reward.score(TEXTS);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch start = new CountDownLatch(4);
        UnaryOperator<Callable<Boolean>> together = task -> () -> {
            start.countDown();
            start.await();
            return task.call();
        };
        try {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int asker = 0; asker < 3; asker++) {
                all.add(threads.submit(together.apply(() -> {
                    boolean same = true;
                    for (int i = 0; i < 10; i++) {
                        same &= reward.score(TEXTS).equals(expected);
                    }
                    return same;
                })));
            }
            all.add(threads.submit(together.apply(() -> PassingThread.call(ModelRewardTest::train))));
            for (Future<Boolean> one : all) {
                assertThat(one.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean train() {
        try (LanguageModel model = LanguageModel.fresh(
                        DecoderConfig.builder().vocabulary(259).build(),
                        Tokenizers.bytes(),
                        KeyedRandom.ofSeed(4),
                        TestEngine.engine());
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                AdamW optimizer = new AdamW(
                        policy.parameters(),
                        AdamWOptions.DEFAULT,
                        TestEngine.engine().manager())) {
            TokenBatch batch = TokenBatch.ofResponses(List.of(Judges.ids("begin ")), List.of(Judges.ids("and go on")));
            for (int step = 0; step < 10; step++) {
                try (NativeScope scope = TestEngine.scope()) {
                    policy.score(batch, PolicyScoreOptions.DEFAULT, scope.manager())
                            .backward(batch.mask(scope.manager()).neg(), null);
                    optimizer.step(1e-3);
                }
            }
            return true;
        }
    }

    @Test
    void nothingIsLeftInNativeMemory() throws Exception {
        ModelReward reward = judges.reward("judge", 1).withMicroBatches(64, 2);
        reward.score(TEXTS);
        long before = NativeMemory.liveArrays(TestEngine.engine().manager());
        for (int i = 0; i < 5; i++) {
            reward.score(TEXTS);
        }
        assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(before);
    }

    @Test
    void nameAndMicroBatchesAreChecked() {
        RewardModel model = judges.model(1);
        assertThatThrownBy(() -> ModelReward.of(" ", model, Judges::encode, TestEngine.engine()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("name of a reward was ' ', must not be blank; metrics show it");
        assertThatThrownBy(() -> judges.reward("judge", 1).withMicroBatches(0, 64))
                .hasMessage(
                        "tokens and rows of a micro-batch was 0 and 64, must be positive; begin with 8192 tokens and"
                                + " 64 rows");
    }
}
