package org.rft4j.cli.config;

import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Unwrapped;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.OverLength;

/**
 * How examples become tokens.
 *
 * @param options length, and which tokens are trained
 * @param equalPairs what becomes of preferences whose answers are the same
 */
public record EncodingConfig(
        @Unwrapped EncodeOptions options, @Otherwise("drop") EqualPairs equalPairs) {
    /** TRL's length; pairs of equal answers are left out. */
    public static final EncodingConfig DEFAULT =
            new EncodingConfig(EncodeOptions.of(1024, OverLength.KEEP_START), EqualPairs.DROP);
}
