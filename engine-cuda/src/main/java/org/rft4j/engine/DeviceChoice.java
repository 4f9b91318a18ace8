package org.rft4j.engine;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where tensors live. There is no silent fallback: {@link #cuda(int)} fails where there is no such device, and only
 * {@link #automatic()} chooses.
 */
public sealed interface DeviceChoice {
    /** The processor. */
    record Cpu() implements DeviceChoice {
        @Override
        public String toString() {
            return "cpu";
        }
    }

    /**
     * A CUDA device.
     *
     * @param index its number, counted from 0
     */
    record Cuda(int index) implements DeviceChoice {
        public Cuda {
            Check.that(index >= 0, "CUDA device index", index, "must be at least 0", "use cuda:0 for the first GPU");
        }

        @Override
        public String toString() {
            return "cuda:" + index;
        }
    }

    /** The first CUDA device where one works, the processor otherwise. */
    record Automatic() implements DeviceChoice {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /**
     * The processor.
     *
     * @return the choice
     */
    static DeviceChoice cpu() {
        return new Cpu();
    }

    /**
     * A CUDA device.
     *
     * @param index its number, counted from 0
     * @return the choice
     */
    static DeviceChoice cuda(int index) {
        return new Cuda(index);
    }

    /**
     * The first CUDA device where one works, the processor otherwise.
     *
     * @return the choice
     */
    static DeviceChoice automatic() {
        return new Automatic();
    }

    /**
     * Reads {@code cpu}, {@code cuda}, {@code cuda:N} or {@code auto}.
     *
     * @param text the notation
     * @return the choice
     */
    static DeviceChoice parse(String text) {
        Matcher cuda = Pattern.compile("cuda(?::(\\d{1,3}))?").matcher(text.toLowerCase(Locale.ROOT));
        if (cuda.matches()) {
            return cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "cpu" -> cpu();
            case "auto" -> automatic();
            default ->
                throw new InvalidInputException(
                        "device", "'" + text + "'", "must be cpu, cuda:N or auto", "use cpu where there is no GPU");
        };
    }
}
