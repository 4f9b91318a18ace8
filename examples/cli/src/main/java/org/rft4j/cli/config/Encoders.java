package org.rft4j.cli.config;

import java.util.Optional;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.TrainedTokens;
import org.rft4j.core.tokenizer.Tokenizer;

/**
 * Makes encoders of examples.
 *
 * @param tokenizer of the model
 * @param template of the model, if it has one
 * @param config what the file says
 */
public record Encoders(Tokenizer tokenizer, Optional<ChatTemplate> template, EncodingConfig config) {
    ExampleEncoder encoder() {
        return ExampleEncoder.of(tokenizer, template, config.options());
    }

    /** For objectives that train other tokens than the file says. */
    ExampleEncoder encoder(TrainedTokens trained) {
        EncodeOptions options = config.options().training(trained);
        return ExampleEncoder.of(tokenizer, template, options);
    }

    EqualPairs equalPairs() {
        return config.equalPairs();
    }
}
