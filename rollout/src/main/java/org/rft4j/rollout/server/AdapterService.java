package org.rft4j.rollout.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.engine.Rft4jException;

/** Loads and unloads adapters as vLLM's endpoints do, one at a time. */
final class AdapterService {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final AdapterOptions options;
    private final ServedPolicy base;
    private final Policies policies;

    AdapterService(AdapterOptions options, ServedPolicy base, Policies policies) {
        this.options = options;
        this.base = base;
        this.policies = policies;
    }

    synchronized void load(Fields fields) throws ApiError {
        String name = fields.string("lora_name");
        String path = fields.string("lora_path");
        fields.requireNothingLeft();
        if (!NAME.matcher(name).matches()) {
            throw ApiError.inParameter("lora_name", "lora_name must be up to 128 letters, digits, dots, dashes");
        }
        if (policies.names().contains(name)) {
            throw ApiError.inParameter("lora_name", "The adapter '" + name + "' is loaded already; unload it first");
        }
        if (policies.adapters() >= options.maxLoaded()) {
            throw ApiError.of(
                    ApiError.BAD_REQUEST,
                    "There are " + policies.adapters() + " adapters loaded, which is the limit; unload one");
        }
        policies.add(new ServedPolicy(name, loaded(path), base.tokenizer(), base.endIds()));
    }

    private Sampler loaded(String path) throws ApiError {
        try {
            return options.loader().load(allowed(path));
        } catch (Rft4jException e) {
            throw ApiError.inParameter("lora_path", "The adapter could not be loaded: " + e.getMessage());
        }
    }

    /** Links are followed before it is seen whether the folder may be read. */
    private Path allowed(String path) throws ApiError {
        try {
            Path root = options.folder().toRealPath();
            Path folder = root.resolve(path).toRealPath();
            if (folder.startsWith(root) && !folder.equals(root) && Files.isDirectory(folder)) {
                return folder;
            }
        } catch (IOException | InvalidPathException e) {
            // the same answer as for folders that exist elsewhere
        }
        throw ApiError.inParameter("lora_path", "lora_path must be a folder below the one that the server allows");
    }

    synchronized void unload(Fields fields) throws ApiError {
        String name = fields.string("lora_name");
        fields.pass("lora_int_id");
        fields.requireNothingLeft();
        policies.remove(name);
    }
}
