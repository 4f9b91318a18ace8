package org.rft4j.core.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.engine.InvalidInputException;

class StreamsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void eachEpochHasEachRecordInAnotherOrder() {
        List<String> ids = ids(Epochs.shuffled(tasks("a", 10), 7, 3));
        assertThat(ids).hasSize(30);
        List<List<String>> epochs = List.of(ids.subList(0, 10), ids.subList(10, 20), ids.subList(20, 30));
        assertThat(epochs)
                .doesNotHaveDuplicates()
                .allSatisfy(epoch -> assertThat(epoch).doesNotHaveDuplicates());
        assertThat(ids(Epochs.shuffled(tasks("a", 10), 7, 3))).isEqualTo(ids);
        assertThat(ids(Epochs.shuffled(tasks("a", 10), 8, 3))).isNotEqualTo(ids);
        assertThat(ids(Epochs.inOrder(tasks("a", 3), 2))).containsExactly("a0", "a1", "a2", "a0", "a1", "a2");
    }

    @Test
    void epochsCountAndEnd() {
        Epochs<TaskRecord> epochs = Epochs.inOrder(tasks("a", 2), 2);
        epochs.next();
        assertThat(epochs.epoch()).isZero();
        epochs.next();
        assertThat(epochs.epoch()).isEqualTo(1);
        epochs.next();
        epochs.next();
        assertThat(epochs.hasNext()).isFalse();
        assertThatThrownBy(epochs::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("the 2 epochs are over; ask hasNext()");
        assertThatThrownBy(() -> Epochs.inOrder(tasks("a", 2), 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("epochs was 0, must be at least 1; use Epochs.FOREVER for no end");
    }

    @Test
    void aMixtureFollowsItsWeights() {
        Mixture<TaskRecord> mixture = Mixture.untilAllEnd(
                3,
                List.of(
                        new Mixture.Part<>("a", 3, Epochs.shuffled(tasks("a", 5), 1, Epochs.FOREVER)),
                        new Mixture.Part<>("b", 1, Epochs.shuffled(tasks("b", 50), 1, Epochs.FOREVER))));
        int fromA = 0;
        for (int i = 0; i < 10_000; i++) {
            assertThat(mixture.hasNext()).isTrue();
            fromA += mixture.next().id().startsWith("a") ? 1 : 0;
        }
        assertThat(fromA).as("0.75 with a standard deviation of 43").isBetween(7300, 7700);
    }

    @Test
    void aMixtureEndsWithTheFirstOrTheLast() {
        List<String> all = ids(mixture(false));
        assertThat(all).hasSize(3 + 2 * 4);
        assertThat(new HashSet<>(all)).hasSize(3 + 4);
        List<String> first = ids(mixture(true));
        assertThat(first).hasSizeLessThan(11);
        boolean aEnded = first.stream().filter(id -> id.startsWith("a")).count() == 3;
        boolean bEnded = first.stream().filter(id -> id.startsWith("b")).count() == 8;
        assertThat(aEnded || bEnded).isTrue();
        ExampleStream<TaskRecord> over = mixture(false);
        ids(over);
        assertThatThrownBy(over::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("the mixture is over; ask hasNext()");
    }

    @Test
    void temperatureEvensWeightsOut() {
        assertThat(Mixture.weightsBySize(new int[] {16, 4}, 1)).containsExactly(16, 4);
        assertThat(Mixture.weightsBySize(new int[] {16, 4}, 2)).containsExactly(4, 2);
        assertThat(Mixture.weightsBySize(new int[] {16, 4}, Double.POSITIVE_INFINITY))
                .containsExactly(1, 1);
        assertThatThrownBy(() -> Mixture.weightsBySize(new int[] {1}, 0.5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("temperature was 0.5, must be at least 1; use 1 for weights as the sizes");
    }

    @Test
    void streamsResumeAtEveryRecord() throws JsonProcessingException {
        assertResumesEverywhere(() -> Epochs.inOrder(tasks("a", 4), 2), 8);
        assertResumesEverywhere(() -> Epochs.shuffled(tasks("a", 7), 5, 3), 21);
        assertResumesEverywhere(() -> mixture(false), 11);
        assertResumesEverywhere(() -> mixture(true), ids(mixture(true)).size());
        assertResumesEverywhere(
                () -> Mixture.untilAllEnd(
                        9,
                        List.of(
                                new Mixture.Part<>("inner", 1, mixture(false)),
                                new Mixture.Part<>("c", 2, Epochs.shuffled(tasks("c", 3), 1, 4)))),
                11 + 12);
    }

    @Test
    void batchesResumeAtEveryBatch() throws JsonProcessingException {
        for (int size : new int[] {1, 2, 3, 20}) {
            assertBatchesResume(() -> Batches.of(mixture(false), size), (11 + size - 1) / size);
            assertBatchesResume(() -> Batches.whole(mixture(false), size), 11 / size);
        }
    }

    @Test
    void batchesKeepOrDropTheRest() {
        Batches<TaskRecord> all = Batches.of(Epochs.inOrder(tasks("a", 5), 1), 2);
        assertThat(batches(all)).containsExactly(List.of("a0", "a1"), List.of("a2", "a3"), List.of("a4"));
        Batches<TaskRecord> whole = Batches.whole(Epochs.inOrder(tasks("a", 5), 1), 2);
        assertThat(batches(whole)).containsExactly(List.of("a0", "a1"), List.of("a2", "a3"));
        assertThat(whole.hasNext()).isFalse();
        assertThatThrownBy(whole::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("the batches are over; ask hasNext()");
        Batches<TaskRecord> across = Batches.whole(Epochs.inOrder(tasks("a", 3), 2), 2);
        assertThat(batches(across)).containsExactly(List.of("a0", "a1"), List.of("a2", "a0"), List.of("a1", "a2"));
        assertThatThrownBy(() -> Batches.of(mixture(false), 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("batch size was 0, must be at least 1; take single records from the stream itself");
    }

    @Test
    void aStateThatDoesNotFitIsRefused() {
        JsonNode saved = Epochs.shuffled(tasks("a", 5), 1, 1).state();
        Dataset<TaskRecord> other = tasks("a", 6);
        assertThatThrownBy(() -> Epochs.shuffled(other, 1, 1).restore(saved))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data of 'epochs' was " + other.fingerprint() + ", must be "
                        + tasks("a", 5).fingerprint()
                        + " as in the saved state; continue with the data of the saved run, or"
                        + " start a new one");
        assertThatThrownBy(() -> Epochs.shuffled(tasks("a", 5), 2, 1).restore(saved))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "order of 'epochs' was shuffled by 2, must be shuffled by 1 as in the saved state; continue with the"
                                + " order and seed of the saved run, or start a new one");
        assertThatThrownBy(() -> mixture(true).restore(saved))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "kind of the saved state was 'epochs', must be 'mixture'; restore it into the kind of object that it"
                                + " was saved from");
        JsonNode wrong = ((com.fasterxml.jackson.databind.node.ObjectNode) saved.deepCopy()).put("index", 5);
        assertThatThrownBy(() -> Epochs.shuffled(tasks("a", 5), 1, 1).restore(wrong))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "index in the saved state of 'epochs' was 5, must be a whole number in [0, 4]; restore the state as"
                                + " it was saved");
        JsonNode mixed = mixture(true).state();
        assertThatThrownBy(() -> Mixture.untilFirstEnds(
                                4, List.of(new Mixture.Part<>("a", 1, Epochs.inOrder(tasks("a", 3), 1))))
                        .restore(mixed))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "parts in the saved state of 'mixture' was 2, must be 1; restore it into an object with the same"
                                + " options");
    }

    @Test
    void mixturesCheckTheirParts() {
        ExampleStream<TaskRecord> stream = Epochs.inOrder(tasks("a", 1), 1);
        assertThatThrownBy(() -> new Mixture.Part<>("a", 0, stream))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "weight of 'a' was 0.0, must be above 0 and finite; leave a stream out that must not be drawn");
        assertThatThrownBy(() -> Mixture.untilAllEnd(
                        1, List.of(new Mixture.Part<>("a", 1, stream), new Mixture.Part<>("a", 1, stream))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "names of a mixture was [a, a], must be at least one, and none twice; give each stream a name of its"
                                + " own");
    }

    private static ExampleStream<TaskRecord> mixture(boolean untilFirst) {
        List<Mixture.Part<TaskRecord>> parts = List.of(
                new Mixture.Part<>("a", 1, Epochs.inOrder(tasks("a", 3), 1)),
                new Mixture.Part<>("b", 1.5, Epochs.shuffled(tasks("b", 4), 2, 2)));
        return untilFirst ? Mixture.untilFirstEnds(4, parts) : Mixture.untilAllEnd(4, parts);
    }

    private static void assertResumesEverywhere(Supplier<ExampleStream<TaskRecord>> fresh, int length)
            throws JsonProcessingException {
        List<String> whole = ids(fresh.get());
        assertThat(whole).hasSize(length);
        for (int stop = 0; stop <= length; stop++) {
            ExampleStream<TaskRecord> stopped = fresh.get();
            for (int i = 0; i < stop; i++) {
                stopped.next();
            }
            JsonNode saved = JSON.readTree(JSON.writeValueAsString(stopped.state()));
            ExampleStream<TaskRecord> resumed = fresh.get();
            resumed.restore(saved);
            assertThat(ids(resumed)).as("after %d", stop).isEqualTo(whole.subList(stop, length));
        }
    }

    private static void assertBatchesResume(Supplier<Batches<TaskRecord>> fresh, int length)
            throws JsonProcessingException {
        List<List<String>> whole = batches(fresh.get());
        assertThat(whole).hasSize(length);
        for (int stop = 0; stop <= length; stop++) {
            Batches<TaskRecord> stopped = fresh.get();
            for (int i = 0; i < stop; i++) {
                stopped.next();
            }
            JsonNode before = JSON.readTree(JSON.writeValueAsString(stopped.state()));
            stopped.hasNext();
            assertThat(stopped.state().toString()).as("asking moves nothing").isEqualTo(before.toString());
            Batches<TaskRecord> resumed = fresh.get();
            resumed.restore(before);
            assertThat(batches(resumed)).as("after %d", stop).isEqualTo(whole.subList(stop, length));
        }
    }

    private static Dataset<TaskRecord> tasks(String name, int count) {
        return Datasets.of(IntStream.range(0, count)
                .mapToObj(i -> TaskRecord.of(name + i, "prompt " + i))
                .toList());
    }

    private static List<String> ids(ExampleStream<TaskRecord> stream) {
        List<String> ids = new ArrayList<>();
        while (stream.hasNext()) {
            ids.add(stream.next().id());
        }
        return ids;
    }

    private static List<List<String>> batches(Batches<TaskRecord> batches) {
        List<List<String>> ids = new ArrayList<>();
        while (batches.hasNext()) {
            ids.add(batches.next().stream().map(TaskRecord::id).toList());
        }
        return ids;
    }
}
