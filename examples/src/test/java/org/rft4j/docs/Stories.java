package org.rft4j.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rft4j.examples.model.WorkFolder;

/** Folders with models for the code of the documentation. */
final class Stories implements AutoCloseable {
    private static final String TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant:{% endif %}";

    private final WorkFolder work = WorkFolder.create();
    private final Path folder = work.stories();

    /** A real language model, with a chat template that it was not trained with. */
    Path folder() throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
        return folder;
    }

    /** A folder that does not exist yet. */
    Path fresh(String name) {
        return work.path().resolve(name);
    }

    /** A GGUF file beside a tokenizer. */
    Path gguf() throws IOException {
        Path there = Files.createDirectories(fresh("gguf"));
        Files.copy(folder.resolve("tokenizer.json"), there.resolve("tokenizer.json"));
        Files.copy(golden("files/llama.gguf"), there.resolve("model.gguf"));
        return there;
    }

    /** A tiny reward model with random weights. */
    static Path reward() {
        return golden("models/llama_reward");
    }

    @Override
    public void close() {
        work.close();
    }

    private static Path golden(String name) {
        return SnippetsTest.ROOT.resolve("core/src/test/resources/golden").resolve(name);
    }
}
