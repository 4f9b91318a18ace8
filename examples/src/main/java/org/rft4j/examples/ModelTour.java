package org.rft4j.examples;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraMerge;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.Completion;
import org.rft4j.core.model.GenerateOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.PolicyScores;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.examples.model.WorkFolder;

/**
 * Loads a model, continues a prompt, scores a sentence, learns it with LoRA, saves adapter and merged model, and loads both.
 * Optional arguments: a folder (else a real story teller), a prompt, a number of steps. Chat models expect their template.
 */
public final class ModelTour {
    private static final String SENTENCE = "Once upon a time, a policy met a reward.";
    private static final GenerateOptions GREEDY = GenerateOptions.greedy(24);
    private static final double LEARNING_RATE = 1e-3;

    private final TensorEngine engine;
    private final Path folder;
    private final Path work;

    private ModelTour(TensorEngine engine, Path folder, Path work) {
        this.engine = engine;
        this.folder = folder;
        this.work = work;
    }

    /**
     * Runs the tour.
     *
     * @param args folder, prompt and number of steps, each optional
     */
    public static void main(String[] args) {
        String prompt = args.length > 1 ? args[1] : "Once upon a time";
        int steps = args.length > 2 ? Integer.parseInt(args[2]) : 30;
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                WorkFolder work = WorkFolder.create()) {
            Path folder = args.length > 0 && !args[0].isBlank() ? Path.of(args[0]) : work.stories();
            new ModelTour(engine, folder, work.path()).run(prompt, steps);
        }
    }

    private void run(String prompt, int steps) {
        Completion learned;
        try (LanguageModel model = LanguageModel.load(folder, engine)) {
            describe(model);
            speak(model, prompt);
            long[] sentence = model.tokenizer().encode(SENTENCE, true).ids();
            double score = Arrays.stream(model.score(sentence)).average().orElseThrow();
            say("score of \"%s\": %.2f per token", SENTENCE, score);
            teach(model, sentence, steps);
            learned = model.generate(prompt, GREEDY);
            say("after training: %s", learned.text().strip());
            model.save(work.resolve("merged"), SaveOptions.DEFAULT);
        }
        try (LanguageModel merged = LanguageModel.load(work.resolve("merged"), engine)) {
            report("merged model", merged.generate(prompt, GREEDY), learned);
        }
        try (LanguageModel base = LanguageModel.load(folder, engine)) {
            ModelWeights weights = base.weights();
            LoraMerge.forGood(weights, PeftFolder.load(work.resolve("adapter"), weights, Set.of(), weights.manager()));
            report("base and adapter", base.generate(prompt, GREEDY), learned);
        }
    }

    private static void describe(LanguageModel model) {
        ModelWeights weights = model.weights();
        long parameters = 0;
        for (NDArray weight : weights.named().values()) {
            parameters += weight.size();
        }
        say("%s of %,d parameters", weights.family().causalArchitecture(), parameters);
        say("context of %,d tokens", weights.config().contextLength());
    }

    private static void speak(LanguageModel model, String prompt) {
        say("prompt: %s", prompt);
        say("greedy: %s", model.generate(prompt, GREEDY).text().strip());
        Completion sampled = model.generate(prompt, GenerateOptions.sample(6, 7));
        say("sampled, each token with its log-prob:");
        for (int i = 0; i < sampled.ids().size(); i++) {
            String token = model.tokenizer().tokenOf(sampled.ids().get(i));
            say("    %-10s %6.2f", token, sampled.logProbs().get(i));
        }
    }

    /** Trains an adapter on the sentence, saves it for PEFT, and merges it into the model. */
    private void teach(LanguageModel model, long[] ids, int steps) {
        TokenBatch batch =
                TokenBatch.ofResponses(List.of(new long[] {ids[0]}), List.of(Arrays.copyOfRange(ids, 1, ids.length)));
        LoraConfig config = LoraConfig.of(8, 16, LoraTargets.allLinear());
        try (Policy policy = Policy.of(model.weights(), Trainable.lora(config));
                AdamW optimizer = new AdamW(policy.parameters(), AdamWOptions.DEFAULT, engine.manager())) {
            say("training %,d bytes of adapter:", policy.memory().trainedBytes());
            for (int step = 1; step <= steps; step++) {
                double loss = trainingStep(policy, optimizer, batch);
                if (step == 1 || step == steps || step % 10 == 0) {
                    say("    step %2d: loss %.3f", step, loss);
                }
            }
            LoraAdapter adapter = policy.adapter().orElseThrow();
            PeftFolder.save(work.resolve("adapter"), adapter, policy.model(), folder.toString());
            LoraMerge.forGood(policy.model(), adapter);
        }
    }

    private double trainingStep(Policy policy, AdamW optimizer, TokenBatch batch) {
        try (NativeScope step = engine.openScope()) {
            PolicyScores scores = policy.score(batch, PolicyScoreOptions.DEFAULT, step.manager());
            NDArray gradient = batch.mask(step.manager()).mul(-1.0 / batch.scoredTokens()); // of the mean of -log p
            double loss = scores.logProbs().mul(gradient).sum().getFloat();
            scores.backward(gradient, null);
            optimizer.step(LEARNING_RATE);
            policy.raiseVersion();
            return loss;
        }
    }

    private static void report(String what, Completion answer, Completion expected) {
        say("%s, loaded again: %s", what, answer.text().equals(expected.text()) ? "the same" : answer.text());
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
