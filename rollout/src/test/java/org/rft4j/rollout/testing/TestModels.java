package org.rft4j.rollout.testing;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.engine.DeviceChoice;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;

/** The engine that all tests of this module share, and the real model of 1 MB that they load. */
public final class TestModels {
    private static final TensorEngine ENGINE = TensorEngine.start(new EngineOptions(
            DeviceChoice.parse(System.getProperty("rft4j.device", "cpu")), Integer.getInteger("rft4j.threads", 2)));

    private TestModels() {}

    /**
     * The engine.
     *
     * @return always the same one
     */
    public static TensorEngine engine() {
        return ENGINE;
    }

    /**
     * The folder of stories260K.
     *
     * @return a Hugging Face checkpoint
     */
    public static Path storiesFolder() {
        URL config = Objects.requireNonNull(TestModels.class.getResource("/models/stories260K/config.json"));
        try {
            return Objects.requireNonNull(Path.of(config.toURI()).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Loads stories260K.
     *
     * @return a model, which the caller closes
     */
    public static LanguageModel stories() {
        return LanguageModel.load(storiesFolder(), engine());
    }
}
