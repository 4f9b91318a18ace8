package org.rft4j.core.trajectory.codec;

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.InvalidInputException;

/**
 * Trajectories as bytes, and back as they were: numbers to the last bit, texts to the last code unit, the types of numbers in
 * columns. Bytes that are not such an encoding are refused with an {@link InvalidInputException}, at a cost in proportion to their
 * number. They carry no checksum and no version; {@link TrajectoryFile} adds both. Threads may share a codec.
 *
 * <p>The encoding, item by item in the order of the records' components: whole numbers as varints (seven bits a byte, the lowest
 * first), floats and doubles as their bits (the highest byte first), truths as a byte, texts as a byte 0, length and UTF-8 (or a
 * byte 1, number of UTF-16 units and these, where there is half a surrogate pair), what may be absent after a byte that says
 * whether it is there, lists and maps after their size, constants by name. A mask is the lengths of its runs, the first of 0s;
 * each trained token has its log-prob and the size of its support. Within a group a task that equals that of the member before is absent.
 *
 * @param <T> what is encoded
 */
public final class TrajectoryCodec<T> {
    /** Codec of single trajectories, such as a rollout buffer holds. */
    public static final TrajectoryCodec<Trajectory> TRAJECTORY =
            new TrajectoryCodec<>("trajectory", EpisodeCodec::writeTrajectory, EpisodeCodec::readTrajectory);

    /** Codec of groups of scored trajectories. */
    public static final TrajectoryCodec<TrajectoryGroup> GROUP =
            new TrajectoryCodec<>("group", EpisodeCodec::writeGroup, EpisodeCodec::readGroup);

    private final String kind;
    private final BiConsumer<ByteSink, T> writing;
    private final Function<ByteSource, T> reading;

    private TrajectoryCodec(String kind, BiConsumer<ByteSink, T> writing, Function<ByteSource, T> reading) {
        this.kind = kind;
        this.writing = writing;
        this.reading = reading;
    }

    /** What files call this kind of content. */
    String kind() {
        return kind;
    }

    /**
     * Encodes.
     *
     * @param value its columns and messages hold nothing but null, booleans, numbers, strings, lists and maps
     * @return its bytes
     */
    public byte[] encode(T value) {
        ByteSink out = new ByteSink();
        writing.accept(out, value);
        return out.bytes();
    }

    /**
     * Decodes.
     *
     * @param bytes what {@link #encode} gave
     * @return a value that equals what was encoded
     */
    public T decode(byte[] bytes) {
        ByteSource in = new ByteSource(bytes);
        T value = reading.apply(in);
        in.requireEnd();
        return value;
    }
}
