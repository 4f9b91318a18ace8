package org.rft4j.core.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Writes texts, many at once. Requests may be added from any thread at any time; what is asked together is begun together.
 */
public interface Sampler extends AutoCloseable {
    /**
     * Begins samples.
     *
     * @param requests what is wanted; a request that cannot be served is refused here, before any is begun
     * @param listener hears of each of them while it is written
     * @return a handle per request, in their order
     */
    List<SampleHandle> submit(List<SampleRequest> requests, SampleListener listener);

    /**
     * Writes samples and waits for all of them. If the waiting thread is interrupted, the samples are cancelled and those that were
     * not finished end with {@link StopReason#CANCELLED}; the thread stays interrupted.
     *
     * @param requests what is wanted
     * @return the samples, in the order of the requests
     */
    default List<Sample> sample(List<SampleRequest> requests) {
        List<SampleHandle> handles = submit(requests, SampleListener.NONE);
        List<Sample> samples = new ArrayList<>(handles.size());
        boolean interrupted = false;
        try {
            while (samples.size() < handles.size()) {
                try {
                    samples.add(handles.get(samples.size()).result().get());
                } catch (InterruptedException e) {
                    interrupted = true;
                    handles.forEach(SampleHandle::cancel);
                }
            }
        } catch (ExecutionException e) {
            handles.forEach(SampleHandle::cancel);
            throw new IllegalStateException("a sampler must report failures as samples", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return samples;
    }

    /**
     * The version of the weights that a sample begun now would be written by.
     *
     * @return the policy's version
     */
    long policyVersion();

    /** Cancels what is still on its way, and frees what the sampler holds. */
    @Override
    void close();
}
