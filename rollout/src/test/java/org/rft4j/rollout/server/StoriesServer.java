package org.rft4j.rollout.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.testing.TestModels;

/**
 * A process that serves a model: arguments are the model's folder, the folder of adapters, and the file that the address is written
 * to. It ends when its standard input does, so that it cannot outlive whoever started it.
 */
final class StoriesServer {
    static final String NAME = "stories";
    static final SamplerOptions SAMPLING = SamplerOptions.DEFAULT.withMaxRows(4).strictly();

    private StoriesServer() {}

    public static void main(String[] arguments) throws IOException {
        Path adapters = Path.of(arguments[1]);
        Path address = Path.of(arguments[2]);
        try (LanguageModel model = LanguageModel.load(Path.of(arguments[0]), TestModels.engine());
                PolicySampler sampler = PolicySampler.of(model, SAMPLING);
                PolicyServer server = PolicyServer.start(
                        new ServedPolicy(NAME, sampler, model.tokenizer(), model.stopIds()),
                        ServerOptions.DEFAULT.withAdapters(
                                new AdapterOptions(adapters, 2, PolicyAdapters.over(model, SAMPLING))))) {
            Path whole = Files.writeString(
                    address.resolveSibling("address.part"), server.baseUrl().toString());
            Files.move(whole, address, StandardCopyOption.ATOMIC_MOVE);
            try (InputStream in = System.in) {
                while (in.read() >= 0) {
                    // until it ends
                }
            }
        }
    }
}
