package org.rft4j.core.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rft4j.engine.Check;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.InvalidInputException;

/** The native tokenizer, which is used only between its making and its closing, whichever thread closes it. */
final class NativeTokenizer implements AutoCloseable {
    /** Neither a truncation nor a padding that the file happens to have saved, nor the library's own. */
    private static final Map<String, String> OPTIONS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true");

    private static final int SHOWN_CHARACTERS = 40;

    private final HuggingFaceTokenizer tokenizer;
    private final ReentrantReadWriteLock uses = new ReentrantReadWriteLock();
    private boolean closed;

    private NativeTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Parses a {@code tokenizer.json}. Nothing is downloaded or reported. */
    static NativeTokenizer of(byte[] json, String origin) {
        Offline.require();
        try {
            return new NativeTokenizer(HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS));
        } catch (IOException | UnsatisfiedLinkError | ai.djl.engine.EngineException e) {
            throw new EngineException(
                    "The native tokenizer library could not be loaded (" + e.getMessage()
                            + "). Way out: ai.djl.huggingface:tokenizers has natives for linux-x86_64, linux-aarch64, osx-aarch64"
                            + " and win-x86_64; keep its jar on the class path",
                    e);
        } catch (RuntimeException e) {
            throw new InvalidInputException(
                    "tokenizer.json of " + origin,
                    "refused (" + e.getMessage() + ")",
                    "must be a tokenizer of the tokenizers library",
                    "save it again with a version of that library that can be read here (0.21 or older formats)");
        }
    }

    ai.djl.huggingface.tokenizers.Encoding encode(String text, boolean addSpecialTokens) {
        uses.readLock().lock();
        try {
            requireOpen();
            return tokenizer.encode(text, addSpecialTokens, false);
        } catch (InvalidInputException e) {
            throw e;
        } catch (RuntimeException e) {
            String shown = text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
            throw new InvalidInputException(
                    "text",
                    "\"" + shown + "\"",
                    "must consist of what the vocabulary can spell (" + e.getMessage() + ")",
                    "remove what it cannot spell, or use a tokenizer with an unknown token");
        } finally {
            uses.readLock().unlock();
        }
    }

    String decode(long[] ids, boolean skipSpecialTokens) {
        uses.readLock().lock();
        try {
            requireOpen();
            return tokenizer.decode(ids, skipSpecialTokens);
        } finally {
            uses.readLock().unlock();
        }
    }

    @Override
    public void close() {
        uses.writeLock().lock();
        try {
            closed = true;
            tokenizer.close();
        } finally {
            uses.writeLock().unlock();
        }
    }

    private void requireOpen() {
        Check.that(!closed, "tokenizer", "closed", "must be open", "use it before it is closed");
    }

    /** Class initialisation gives "once, before the library loads" for free. */
    private static final class Offline {
        static {
            // The library would report to its makers, and fetch natives for a GPU that tokenizing has no use for.
            setUnlessPresent("OPT_OUT_TRACKING", "true");
            setUnlessPresent("ai.djl.offline", "true");
            setUnlessPresent("RUST_FLAVOR", "cpu");
        }

        private Offline() {}

        static void require() {}

        private static void setUnlessPresent(String property, String value) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, value);
            }
        }
    }
}
