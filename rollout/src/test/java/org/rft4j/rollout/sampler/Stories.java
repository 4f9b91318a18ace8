package org.rft4j.rollout.sampler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.rollout.testing.TestModels;

/** Requests to stories260K. */
final class Stories {
    static final String TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant:{% endif %}";

    private static final List<String> BEGINNINGS =
            List.of("Once upon a time", "The dog said", "Lily and Tom", "One day, a big red ball");

    private Stories() {}

    static SampleRequest request(String prompt, int sample, SamplingOptions options) {
        return new SampleRequest(SampleKey.of(prompt, sample), Prompt.of(prompt), options);
    }

    /** Samples of four prompts under all sorts of options. */
    static List<SampleRequest> mixed(int count, int maxNewTokens) {
        List<SampleRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SamplingOptions options =
                    SamplingOptions.of(1 + (i * 5) % maxNewTokens, 11).withFilter(filter(i));
            requests.add(request(BEGINNINGS.get(i % BEGINNINGS.size()), i, options));
        }
        return requests;
    }

    private static SamplingFilter filter(int i) {
        return List.of(
                        SamplingFilter.NONE,
                        SamplingFilter.temperature(0),
                        SamplingFilter.temperature(0.7),
                        new SamplingFilter(1.3, 20, 0.9, 0.01, 1))
                .get(i % 4);
    }

    /** The model in a folder with a chat template that it was not trained with. */
    static LanguageModel chat(Path empty) throws IOException {
        return chat(empty, TEMPLATE);
    }

    /** The same with another template. */
    static LanguageModel chat(Path empty, String template) throws IOException {
        try (Stream<Path> files = Files.list(TestModels.storiesFolder())) {
            for (Path file : files.toList()) {
                Files.copy(file, empty.resolve(file.getFileName().toString()));
            }
        }
        Files.writeString(empty.resolve("chat_template.jinja"), template);
        return LanguageModel.load(empty, TestModels.engine());
    }
}
