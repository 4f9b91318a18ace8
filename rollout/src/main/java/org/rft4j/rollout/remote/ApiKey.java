package org.rft4j.rollout.remote;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.rft4j.engine.Check;

/** What a server knows its users by. It never shows itself in a text. */
public final class ApiKey {
    private static final String HIDDEN = "***";

    private final String secret;

    private ApiKey(String secret) {
        this.secret = secret;
    }

    /**
     * A key.
     *
     * @param secret printable ASCII without blanks
     * @return the key
     */
    public static ApiKey of(String secret) {
        Check.that(
                !secret.isEmpty() && secret.chars().allMatch(c -> c > ' ' && c < 127),
                "API key",
                HIDDEN,
                "must be printable ASCII without blanks",
                "is there a line break at its end?");
        return new ApiKey(secret);
    }

    /**
     * The value of the header that carries it.
     *
     * @return the HTTP header {@code Authorization}
     */
    public String authorization() {
        return "Bearer " + secret;
    }

    /**
     * Whether a request carries this key; how long the answer takes does not depend on how much of it is right.
     *
     * @param authorization the HTTP header {@code Authorization}
     * @return true if it does
     */
    public boolean admits(String authorization) {
        return MessageDigest.isEqual(
                authorization().getBytes(StandardCharsets.UTF_8), authorization.getBytes(StandardCharsets.UTF_8));
    }

    /** A text without the key, which servers like to repeat when they refuse it. */
    String removedFrom(String text) {
        return text.replace(secret, HIDDEN);
    }

    @Override
    public String toString() {
        return HIDDEN;
    }
}
