package org.rft4j.rollout.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {
    private static final String STREAM =
            ": comment\n\ndata: one\r\n\r\nevent: x\ndata:two é\ndata: more\n\nid: 3\n\r\rdata\n"
                    + "data: 😀\r\rdata: never ended\n";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 1000})
    void whereverTheBytesAreCut(int size) {
        List<String> events = new ArrayList<>();
        EventStream stream = new EventStream(events::add);
        byte[] bytes = STREAM.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += size) {
            stream.accept(ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from)));
        }
        assertThat(events).containsExactly("one", "two é\nmore", "😀");
    }
}
