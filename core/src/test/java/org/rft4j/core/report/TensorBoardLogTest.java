package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;

final class TensorBoardLogTest {
    private static final double SECONDS = 1.5;

    @TempDir
    Path folder;

    @Test
    void theChecksumIsThatOfTensorFlow() {
        byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
        // CRC-32C of these nine bytes is e3069283 (RFC 3720); turned right by 15 bits, plus a282ead8
        assertThat(EventFile.maskedChecksum(check, 0, check.length)).isEqualTo(0xc78ab0e5);
    }

    @Test
    void aMessageHasTheBytesOfTheFormat() {
        ProtoWriter message = new ProtoWriter()
                .number(2, 300)
                .float32(2, 1.5f)
                .float64(1, -2)
                .message(5, new ProtoWriter().text(16, "\u00e4"));
        assertThat(HexFormat.of().formatHex(message.toBytes()))
                .isEqualTo("10ac02" + "150000c03f" + "0900000000000000c0" + "2a05" + "820102c3a4");
    }

    @Test
    void metricsTimingsAndEvaluationsAreScalars() throws IOException {
        try (TensorBoardLog log = TensorBoardLog.open(folder)) {
            log.stepped(
                    new StepReport(1, 0, ordered("reward", 0.25, "kl", Double.NaN), Map.of("time/step_s", SECONDS)));
            log.evaluated(new EvaluationReport("held-out", 1, Map.of("eval_reward", 0.5), List.of()));
        }
        List<Event> events = read(only());
        assertThat(events.get(0).texts).containsExactly("brain.Event:2");
        assertThat(events.stream().flatMap(e -> e.scalars.entrySet().stream().map(s -> e.step + " " + s)))
                .containsExactly("1 reward=0.25", "1 kl=NaN", "1 time/step_s=1.5", "1 held-out/eval_reward=0.5");
        assertThat(events.get(1).time - events.get(0).time).isEqualTo(SECONDS);
    }

    @Test
    void textsAreForTheTextPlugin() throws IOException {
        Completion completion =
                new Completion("7", 0, "2 + 2?", "4\n# no heading", OptionalDouble.of(1), Map.of(), 2, List.of());
        try (TensorBoardLog log = TensorBoardLog.open(folder)) {
            log.started(new RunStart("GRPO", folder, 0, 4, 2, ordered("seed", "7", "lines", "a\nb")));
            log.sampled(new RoundReport(0, 0, List.of(completion)));
            log.sampled(new RoundReport(1, 1, List.of(completion)));
            log.found(new Finding(Finding.Level.WARNING, "truncated", "31 % were cut", 1));
        }
        List<Event> events = read(only());
        assertThat(events.stream().skip(1).map(e -> e.step + " " + e.texts))
                .containsExactly(
                        "0 [settings, GRPO\n\n    seed: 7\n    lines: a\n    b, text]",
                        "0 [completions, reward 1\n\n    2 + 2?\n    4\n    # no heading, text]",
                        "1 [findings/truncated, WARNING: 31 % were cut, text]");
    }

    @Test
    void aRunThatGoesOnBeginsAFileThatDropsLaterStepsOfOlderOnes() throws IOException {
        try (TensorBoardLog log = TensorBoardLog.open(folder)) {
            log.started(new RunStart("GRPO", folder, 0, 4, 2, Map.of()));
        }
        byte[] first = Files.readAllBytes(only());
        try (TensorBoardLog log = TensorBoardLog.open(folder)) {
            log.started(new RunStart("GRPO", folder, 3, 4, 2, Map.of()));
            log.stepped(new StepReport(4, 2, Map.of("reward", 1.0), Map.of()));
        }
        List<Path> files = files();
        assertThat(files.stream().map(file -> file.getFileName().toString()))
                .containsExactly("events.out.tfevents.0000000000.rft4j", "events.out.tfevents.0000000001.rft4j");
        assertThat(files.get(0)).hasBinaryContent(first);
        List<Event> events = read(files.get(1));
        assertThat(read(files.get(0)).stream().map(e -> e.sessionStart)).containsOnly(false);
        assertThat(events.get(1).sessionStart).isTrue();
        assertThat(events.get(1).step).isEqualTo(4);
        assertThat(events.get(3).step).isEqualTo(4);
        assertThat(events.get(3).scalars).isEqualTo(Map.of("reward", 1f));
    }

    private Path only() throws IOException {
        assertThat(files()).hasSize(1);
        return files().get(0);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static <V> Map<String, V> ordered(String a, V first, String b, V second) {
        Map<String, V> map = new LinkedHashMap<>();
        map.put(a, first);
        map.put(b, second);
        return map;
    }

    /** Reads the frames, checking both checksums with a table of its own, and then the fields by their numbers. */
    private static List<Event> read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(masked(length));
            byte[] record = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(record);
            assertThat(in.getInt()).isEqualTo(masked(record));
            Event event = new Event();
            event.read(record, "");
            events.add(event);
        }
        return events;
    }

    private static int masked(byte[] bytes) {
        int crc = ~0;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int i = 0; i < 8; i++) {
                crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }
        int whole = ~crc;
        return ((whole >>> 15) | (whole << 17)) + 0xa282ead8;
    }

    /** What an event says; where a field is, is known by the numbers on the way to it. */
    private static final class Event {
        double time;
        long step;
        boolean sessionStart;
        final List<String> texts = new ArrayList<>();
        final Map<String, Float> scalars = new LinkedHashMap<>();
        private String tag = "";

        void read(byte[] message, String above) {
            ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
            while (in.hasRemaining()) {
                long key = varint(in);
                String path = above + "/" + (key >>> 3);
                switch ((int) (key & 7)) {
                    case 0 -> number(path, varint(in));
                    case 1 -> time = in.getDouble();
                    case 5 -> scalars.put(tag, in.getFloat());
                    case 2 -> {
                        byte[] bytes = new byte[(int) varint(in)];
                        in.get(bytes);
                        bytes(path, bytes);
                    }
                    default -> throw new AssertionError("wire type " + (key & 7));
                }
            }
        }

        private void number(String path, long value) {
            switch (path) {
                case "/2" -> step = value;
                case "/7/1" -> sessionStart = value == 1;
                case "/5/1/8/1" -> assertThat(value).as("strings").isEqualTo(7);
                case "/5/1/8/2/2/1" -> assertThat(value).as("dimension").isEqualTo(1);
                default -> throw new AssertionError(path);
            }
        }

        private void bytes(String path, byte[] bytes) {
            switch (path) {
                case "/5", "/5/1", "/7", "/5/1/8", "/5/1/9", "/5/1/9/1", "/5/1/8/2", "/5/1/8/2/2" -> read(bytes, path);
                case "/5/1/1" -> {
                    tag = new String(bytes, StandardCharsets.UTF_8);
                    texts.add(tag);
                }
                case "/3", "/5/1/8/8", "/5/1/9/1/1" -> texts.add(new String(bytes, StandardCharsets.UTF_8));
                default -> throw new AssertionError(path);
            }
        }

        private static long varint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = in.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }
}
