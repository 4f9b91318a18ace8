package org.rft4j.core.resume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.JsonDocuments;

/**
 * What a checkpoint holds. The file needs no checksum of its own: whatever is changed in it no longer fits the folder or its files.
 *
 * @param step of the run
 * @param files everything beside the manifest
 */
record Manifest(long step, List<Entry> files) {
    static final String FILE = "manifest.json";

    private static final String FORMAT = "rft4j checkpoint";
    private static final int VERSION = 1;
    private static final int PIECE = 1 << 20;

    Manifest {
        files = List.copyOf(files);
    }

    /**
     * A file.
     *
     * @param name with slashes, relative to the checkpoint
     * @param bytes its length
     * @param sha256 of its content, in hexadecimal
     */
    record Entry(String name, long bytes, String sha256) {
        /** Reads a file that has just been written. */
        static Entry of(Path folder, Path file) throws IOException {
            return new Entry(folder.relativize(file).toString().replace('\\', '/'), Files.size(file), hash(file));
        }
    }

    /**
     * Why a checkpoint cannot be used.
     *
     * @param file where
     * @param what of it
     * @param value what it was
     * @param rule what it must be
     */
    record Damage(Path file, String what, @Nullable Object value, String rule) {
        CheckpointException because(String wayOut) {
            return new CheckpointException(file, what, value, rule, wayOut);
        }
    }

    void write(Path folder) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT).put("version", VERSION).put("step", step);
        ArrayNode list = json.putArray("files");
        files.forEach(entry -> list.addObject()
                .put("name", entry.name())
                .put("bytes", entry.bytes())
                .put("sha256", entry.sha256()));
        JsonDocuments.write(folder.resolve(FILE), json);
    }

    /** Reads a manifest and every byte of the files; calls back with what is wrong, and else gives the manifest. */
    static Verdict verify(Path folder, long step) {
        Path file = folder.resolve(FILE);
        ObjectNode json;
        try {
            json = JsonDocuments.read(file);
        } catch (CheckpointException e) {
            return Verdict.damaged(
                    file, "manifest", "unreadable (" + e.getMessage() + ")", "must be as it was written");
        }
        if (!FORMAT.equals(json.path("format").textValue())) {
            return Verdict.damaged(file, "format", json.get("format"), "must be \"" + FORMAT + "\"");
        }
        if (json.path("version").asInt() != VERSION) {
            return Verdict.damaged(
                    file, "version of the format", json.get("version"), "must be " + VERSION + " for this rft4j");
        }
        if (!json.path("step").isIntegralNumber() || json.path("step").longValue() != step) {
            return Verdict.damaged(file, "step", json.get("step"), "must be that of its folder, " + step);
        }
        return verifyFiles(folder, step, json);
    }

    private static Verdict verifyFiles(Path folder, long step, ObjectNode json) {
        Path file = folder.resolve(FILE);
        List<Entry> entries = new ArrayList<>();
        for (JsonNode node : json.path("files")) {
            if (!node.path("name").isTextual()
                    || !node.path("bytes").isIntegralNumber()
                    || !node.path("sha256").isTextual()) {
                return Verdict.damaged(file, "entry of a file", node, "must have name, bytes and sha256");
            }
            Entry entry = new Entry(
                    node.get("name").textValue(),
                    node.get("bytes").longValue(),
                    node.get("sha256").textValue());
            Optional<Damage> damage = damage(folder.resolve(entry.name()), entry);
            if (damage.isPresent()) {
                return new Verdict(Optional.empty(), damage);
            }
            entries.add(entry);
        }
        if (entries.isEmpty()) {
            return Verdict.damaged(file, "list of files", json.get("files"), "must name at least one");
        }
        return new Verdict(Optional.of(new Manifest(step, entries)), Optional.empty());
    }

    private static Optional<Damage> damage(Path file, Entry entry) {
        if (!Files.isRegularFile(file)) {
            return Optional.of(new Damage(file, "file", "missing", "must be there: the manifest lists it"));
        }
        try {
            if (Files.size(file) != entry.bytes()) {
                return Optional.of(new Damage(
                        file, "length", Files.size(file), "must be " + entry.bytes() + " bytes as it was written"));
            }
            String hash = hash(file);
            return hash.equals(entry.sha256())
                    ? Optional.empty()
                    : Optional.of(
                            new Damage(file, "SHA-256", hash, "must be " + entry.sha256() + " as it was written"));
        } catch (IOException e) {
            return Optional.of(new Damage(file, "file", e, "must be readable"));
        }
    }

    /**
     * What became of reading a checkpoint: one of the two.
     *
     * @param manifest if all is well
     * @param damage if not
     */
    record Verdict(Optional<Manifest> manifest, Optional<Damage> damage) {
        private static Verdict damaged(Path file, String what, @Nullable Object value, String rule) {
            return new Verdict(Optional.empty(), Optional.of(new Damage(file, what, value, rule)));
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException("every Java has SHA-256", e));
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = new byte[PIECE];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
            }
        }
        return hex(digest);
    }
}
