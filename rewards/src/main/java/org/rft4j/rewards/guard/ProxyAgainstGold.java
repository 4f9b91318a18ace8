package org.rft4j.rewards.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.rft4j.engine.Check;

/**
 * Compares the reward that is trained on with a measure that is not: a held-out judge, the true answer, a stricter test. When the one
 * rises and the other does not, the policy has found a gap between the two.
 */
public final class ProxyAgainstGold implements Guard {
    private final ToDoubleFunction<Observation> gold;
    private final double proxyRise;
    private final double goldRise;
    private final Window proxies;
    private final Window golds;

    /**
     * A guard.
     *
     * @param gold the measure of a batch that is not trained on
     * @param window over how many batches; the newer half is compared with the older
     * @param proxyRise by how much the trained reward must have risen
     * @param goldRise by how much gold must have risen with it, usually a good part of {@code proxyRise}
     */
    public ProxyAgainstGold(ToDoubleFunction<Observation> gold, int window, double proxyRise, double goldRise) {
        Check.that(proxyRise > 0, "proxyRise", proxyRise, "must be positive", "use a tenth of the reward's range");
        this.gold = gold;
        this.proxyRise = proxyRise;
        this.goldRise = goldRise;
        this.proxies = new Window(window);
        this.golds = new Window(window);
    }

    @Override
    public Optional<Warning> observe(Observation batch) {
        proxies.add(batch.meanReward());
        golds.add(gold.applyAsDouble(batch));
        if (!proxies.isFull()) {
            return Optional.empty();
        }
        double proxy = proxies.newer() - proxies.older();
        double truth = golds.newer() - golds.older();
        if (proxy < proxyRise || truth >= goldRise) {
            return Optional.empty();
        }
        return Optional.of(new Warning(
                "proxyAgainstGold",
                String.format(
                        Locale.ROOT,
                        "the trained reward changed by %+.3f, the held-out measure by %+.3f: read completions with high reward, and "
                                + "close the gap between the two",
                        proxy,
                        truth)));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("proxies", proxies.state());
        state.set("golds", golds.state());
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        proxies.restore(state.path("proxies"));
        golds.restore(state.path("golds"));
    }
}
