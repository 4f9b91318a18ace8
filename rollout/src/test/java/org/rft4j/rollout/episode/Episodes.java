package org.rft4j.rollout.episode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.testing.ScriptedSampler;

/** Episodes over a scripted sampler whose tokens are bytes. */
final class Episodes {
    static final Tokenizer BYTES = Tokenizers.bytes();
    static final ChatTemplate TEMPLATE = ChatTemplate.of("{% for m in messages %}[{{ m.role }}]{{ m.content }}<|eos|>\n"
            + "{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}");
    static final long END = BYTES.specialTokens().eosIds().get(0);

    private Episodes() {}

    static EpisodeFormat chat() {
        return EpisodeFormat.chat(BYTES, TEMPLATE);
    }

    static EpisodeOptions options(int maxTurns, int maxTokens) {
        return EpisodeOptions.of(SamplingOptions.of(100, 3), maxTurns, maxTokens);
    }

    static TaskRecord ask(String question) {
        return new TaskRecord("task", Prompt.of(ChatMessage.user(question)), Map.of());
    }

    static List<RolloutRequest> requests(TaskRecord task, int samples) {
        List<RolloutRequest> requests = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            requests.add(new RolloutRequest(SampleKey.of(task.id(), i), task));
        }
        return requests;
    }

    static Trajectory play(
            TaskRecord task,
            EpisodeFormat format,
            EnvironmentFactory environments,
            EpisodeOptions options,
            Function<SampleRequest, ScriptedSampler.Line> script) {
        try (ScriptedSampler sampler = new ScriptedSampler(BYTES, script);
                EpisodeRollout rollout = EpisodeRollout.of(sampler, format, environments, options)) {
            return rollout.collect(requests(task, 1)).get(0);
        }
    }

    static long[] ids(String text) {
        return BYTES.encode(text, false).ids();
    }

    static String text(long[] ids) {
        return BYTES.decode(ids, false);
    }

    /** What is trained in a trajectory. */
    static String trained(Trajectory trajectory) {
        long[] ids = trajectory.trace().ids();
        boolean[] mask = trajectory.trace().trained();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ids.length; i++) {
            text.append(mask[i] ? text(new long[] {ids[i]}) : "_");
        }
        return text.toString().replaceAll("_+", "_");
    }
}
