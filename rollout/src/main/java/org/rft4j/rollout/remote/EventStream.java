package org.rft4j.rollout.remote;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts a stream of server-sent events into the data of each event. Other fields and comments are passed over. */
final class EventStream {
    private static final String DATA = "data:";

    private final Consumer<String> events;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean afterReturn;

    EventStream(Consumer<String> events) {
        this.events = events;
    }

    /** Takes up the next bytes, wherever they end. */
    void accept(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            boolean pairsUp = b == '\n' && afterReturn;
            afterReturn = b == '\r';
            if (pairsUp) {
                continue;
            }
            if (b == '\n' || b == '\r') {
                endLine();
            } else {
                line.write(b);
            }
        }
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.isEmpty()) {
            endEvent();
        } else if (text.startsWith(DATA)) {
            data.append(hasData ? "\n" : "")
                    .append(
                            text,
                            text.startsWith(" ", DATA.length()) ? DATA.length() + 1 : DATA.length(),
                            text.length());
            hasData = true;
        }
    }

    private void endEvent() {
        if (hasData) {
            String event = data.toString();
            data.setLength(0);
            hasData = false;
            events.accept(event);
        }
    }
}
