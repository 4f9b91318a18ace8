package org.rft4j.rollout.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.policy.Policy;
import org.rft4j.engine.InvalidInputException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a policy's adapter to the server of a {@link RemoteSampler}: vLLM with {@code VLLM_ALLOW_RUNTIME_LORA_UPDATING=True},
 * {@code --enable-lora} and {@code --max-loras 2} or more, or our own. Each version gets a name of its own, so that a sample is always written by
 * the weights whose version it bears. To be used by the thread that trains.
 */
public final class RemoteWeights {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteWeights.class);

    private final RemoteSampler sampler;
    private final PushOptions options;

    private RemoteWeights(RemoteSampler sampler, PushOptions options) {
        this.sampler = sampler;
        this.options = options;
    }

    /**
     * For a sampler.
     *
     * @param sampler whose server gets the weights
     * @param options how they are handed over
     * @return the way to it
     */
    public static RemoteWeights of(RemoteSampler sampler, PushOptions options) {
        return new RemoteWeights(sampler, options);
    }

    /**
     * Saves the policy's adapter, has the server load it, sees that the server lists it, and has all samples that begin from now on
     * written by it. The adapter before is unloaded, and its folder deleted, when the last sample that uses it has ended. If
     * anything fails, samples go on to come from the version before. A version that is there already is not sent again.
     *
     * @param policy which must train an adapter of the model that the server serves
     * @throws RemoteException if the server does not take it; the message says which version is still in use
     */
    public void push(Policy policy) {
        LoraAdapter adapter = policy.adapter()
                .orElseThrow(() -> new InvalidInputException(
                        "policy",
                        "without an adapter",
                        "must train one to be pushed to a server",
                        "make it with Trainable.lora(...)"));
        long version = policy.version();
        ServedModels.Served before = sampler.models().current();
        if (before.version().isPresent() && before.version().getAsLong() == version) {
            return;
        }
        String name = options.nameOf(version);
        Path folder = options.folder().resolve(name);
        PeftFolder.save(folder, adapter, policy.model(), "");
        try {
            load(name);
        } catch (RemoteException e) {
            delete(folder);
            throw RemoteException.lasting("version " + version + " did not reach the server: " + e.what()
                    + "; samples still come from " + described(before));
        }
        sampler.models().replace(name, version);
        retire(before);
    }

    private static String described(ServedModels.Served served) {
        return served.version().isPresent()
                ? "version " + served.version().getAsLong() + " (" + served.name() + ")"
                : served.name();
    }

    private void load(String name) {
        if (listed().contains(name)) { // left by a run that ended in between
            await(unload(name));
        }
        ObjectNode body = ServerErrors.JSON.createObjectNode();
        body.put("lora_name", name);
        body.put("lora_path", options.pathOnServer(name));
        await(send(sampler.connection().post("/load_lora_adapter", body, options.timeLimit())));
        if (!listed().contains(name)) {
            throw RemoteException.lasting("the server says that it has loaded the adapter, but does not list it");
        }
    }

    private List<String> listed() {
        String models = await(send(sampler.connection().get("/models", options.timeLimit())));
        try {
            return ServerErrors.JSON.readTree(models).path("data").findValuesAsText("id");
        } catch (JsonProcessingException e) {
            throw RemoteException.lasting("the server's list of models is not JSON");
        }
    }

    private CompletableFuture<String> unload(String name) {
        JsonNode body = ServerErrors.JSON.createObjectNode().put("lora_name", name);
        return send(sampler.connection().post("/unload_lora_adapter", body, options.timeLimit()));
    }

    /** The model that the sampler began with stays; adapters that we loaded go. */
    private void retire(ServedModels.Served before) {
        if (before.version().isEmpty()) {
            return;
        }
        CompletableFuture<Void> gone = before.idle()
                .thenCompose(idle -> unload(before.name()))
                .handle((done, broken) -> {
                    if (broken != null) {
                        LOG.warn("The server did not unload {}; it keeps its memory", before.name(), broken);
                    }
                    delete(options.folder().resolve(before.name()));
                    return null;
                });
        if (before.idle().isDone()) {
            try {
                gone.get(options.timeLimit().toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("The server has not unloaded {} yet", before.name());
            }
        }
    }

    private CompletableFuture<String> send(HttpRequest request) {
        return sampler.connection().send(request);
    }

    private String await(CompletableFuture<String> answer) {
        try {
            return answer.get(options.timeLimit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw ServerErrors.ofConnection(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw RemoteException.lasting("the server did not answer within " + options.timeLimit());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw RemoteException.lasting("the thread was interrupted");
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            LOG.warn("Could not delete {}: {}", folder, e.toString());
        }
    }
}
