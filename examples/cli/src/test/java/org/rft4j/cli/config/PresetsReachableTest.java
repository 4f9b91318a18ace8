package org.rft4j.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.algorithms.preference.PreferencePresets;
import org.rft4j.algorithms.unpaired.UnpairedPresets;

/** Every preset is an algorithm of the file under the name of its method, or is left out for a reason. */
class PresetsReachableTest {
    private static final String GOLD = "its likelihood is that of a third, gold answer, and no data set type has one";

    private static final Map<String, String> LEFT_OUT = Map.of(
            "modpo", "the other rewards differ between the two answers, and a column is one number of a pair",
            "tpo", GOLD,
            "tpoTrl", GOLD,
            "tpoL", GOLD,
            "tpoLTrl", GOLD,
            "epo", "turns have scores of their own, which need an encoder in code");

    private static Set<String> methods(Class<?> presets) {
        return Arrays.stream(presets.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(classes = {Presets.class, PreferencePresets.class, LikelihoodPresets.class, UnpairedPresets.class})
    void areAllThereOrLeftOutForAReason(Class<?> presets) {
        Set<String> missing = methods(presets);
        assertThat(missing).hasSizeGreaterThan(5);
        missing.removeAll(Algorithms.FAMILY.names());
        assertThat(LEFT_OUT.keySet()).containsAll(missing);
    }

    @Test
    void whatIsLeftOutIsAPresetAndNotThere() {
        Set<String> all = Stream.of(
                        Presets.class, PreferencePresets.class, LikelihoodPresets.class, UnpairedPresets.class)
                .flatMap(presets -> methods(presets).stream())
                .collect(Collectors.toSet());
        assertThat(all).containsAll(LEFT_OUT.keySet());
        assertThat(Algorithms.FAMILY.names()).doesNotContainAnyElementsOf(LEFT_OUT.keySet());
    }
}
