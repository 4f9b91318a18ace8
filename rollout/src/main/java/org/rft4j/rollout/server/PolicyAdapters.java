package org.rft4j.rollout.server;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** Loads adapters over one model in memory. Each has a sampler, and so a cache, of its own. */
public final class PolicyAdapters implements AdapterLoader {
    private final LanguageModel model;
    private final SamplerOptions options;

    private PolicyAdapters(LanguageModel model, SamplerOptions options) {
        this.model = model;
        this.options = options;
    }

    /**
     * Over a model whose own weights nobody trains.
     *
     * @param model which stays the caller's
     * @param options of each sampler
     * @return the loader
     */
    public static PolicyAdapters over(LanguageModel model, SamplerOptions options) {
        return new PolicyAdapters(model, options);
    }

    @Override
    public Sampler load(Path folder) {
        NDManager manager = model.weights().manager().newSubManager();
        try {
            LoraAdapter adapter = PeftFolder.load(folder, model.weights(), Set.of(), manager);
            return new Loaded(manager, Policy.of(model.weights(), Trainable.adapter(adapter)), model, options);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /** A sampler, and what is freed with it. */
    private static final class Loaded implements Sampler {
        private final NDManager manager;
        private final Policy policy;
        private final Sampler sampler;

        Loaded(NDManager manager, Policy policy, LanguageModel model, SamplerOptions options) {
            this.manager = manager;
            this.policy = policy;
            this.sampler = PolicySampler.of(policy, model, options);
        }

        @Override
        public List<SampleHandle> submit(List<SampleRequest> requests, SampleListener listener) {
            return sampler.submit(requests, listener);
        }

        @Override
        public long policyVersion() {
            return sampler.policyVersion();
        }

        @Override
        public void close() {
            sampler.close();
            policy.close();
            manager.close();
        }
    }
}
