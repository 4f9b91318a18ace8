package org.rft4j.core.resume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.core.files.AtomicFiles;
import org.rft4j.engine.Check;
import org.rft4j.engine.EngineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run: {@code checkpoints/step-00000012} in its folder. Each appears whole or not at all, and says in its
 * {@code manifest.json} what it holds, with length and SHA-256, so that damage is noticed before anything is restored. While this is open
 * the folder belongs to this process; what a killed one left half-written is removed on opening. One thread at a time.
 *
 * <pre>{@code
 * try (CheckpointFolder folder = CheckpointFolder.open(run)) {
 *     folder.newest().ifPresent(checkpoint -> ...);
 *     try (CheckpointWriter writer = folder.begin(step)) {
 *         ...
 *         writer.commit(about);
 *     }
 *     folder.prune(3);
 * }
 * }</pre>
 */
public final class CheckpointFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final Pattern NAME = Pattern.compile("step-([0-9]{8,18})");
    private static final Pattern HIDDEN = Pattern.compile("\\.step-([0-9]+)\\.(writing|deleting|replaced)");
    private static final String BEST = "best.json";
    private static final String STEP = "step";
    private static final String REPLACED = "replaced";

    private final Path run;
    private final Path checkpoints;
    private final RunLock lock;
    private @Nullable CheckpointWriter writer;

    private CheckpointFolder(Path run, Path checkpoints, RunLock lock) {
        this.run = run;
        this.checkpoints = checkpoints;
        this.lock = lock;
    }

    /**
     * Opens the folder of a run for this process alone.
     *
     * @param run made if absent
     * @return the folder; close it so that others may have it
     */
    public static CheckpointFolder open(Path run) {
        Path folder = run.toAbsolutePath().normalize();
        Check.that(
                !Files.exists(folder) || Files.isDirectory(folder),
                "run folder",
                folder + ", a file",
                "must be a folder",
                "choose another path");
        Path checkpoints = folder.resolve("checkpoints");
        try {
            Files.createDirectories(checkpoints);
        } catch (IOException e) {
            throw AtomicFiles.unwritable(checkpoints, e);
        }
        RunLock lock = RunLock.of(folder);
        try {
            CheckpointFolder opened = new CheckpointFolder(folder, checkpoints, lock);
            opened.deleteAbandoned();
            return opened;
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /**
     * The run's own folder, in which other files of it may stand.
     *
     * @return an absolute path
     */
    public Path run() {
        return run;
    }

    /**
     * All checkpoints, looked at by name alone.
     *
     * @return their steps, ascending
     */
    public List<Long> steps() {
        return list(NAME).stream()
                .map(folder -> stepOf(String.valueOf(folder.getFileName())))
                .sorted()
                .toList();
    }

    /**
     * The last checkpoint. Reads every byte of it.
     *
     * @return the checkpoint; empty if there is none at all
     * @throws CheckpointException if it is damaged; says which older one is not
     */
    public Optional<Checkpoint> newest() {
        List<Long> steps = steps();
        return steps.isEmpty() ? Optional.empty() : Optional.of(at(steps.get(steps.size() - 1)));
    }

    /**
     * The last checkpoint that is not damaged. Those that are get logged.
     *
     * @return the checkpoint; empty if none is intact
     */
    public Optional<Checkpoint> newestIntact() {
        return newestIntactBefore(Long.MAX_VALUE);
    }

    /**
     * The checkpoint of a step. Reads every byte of it.
     *
     * @param step one of {@link #steps}
     * @return the checkpoint
     * @throws CheckpointException if it is damaged; says which older one is not
     */
    public Checkpoint at(long step) {
        Path folder = path(step);
        Check.that(
                Files.isDirectory(folder),
                "checkpoint",
                "of step " + step,
                "must be one of the steps " + steps(),
                "take one of them");
        Manifest.Verdict verdict = Manifest.verify(folder, step);
        return new Checkpoint(
                folder,
                verdict.manifest()
                        .orElseThrow(() -> verdict.damage()
                                .orElseThrow()
                                .because(newestIntactBefore(step)
                                        .map(older -> "go on from step " + older.step() + ", which is intact")
                                        .orElse("no older checkpoint is intact: begin anew, or restore a copy"))));
    }

    private Optional<Checkpoint> newestIntactBefore(long end) {
        List<Long> steps = steps();
        for (int i = steps.size() - 1; i >= 0; i--) {
            long step = steps.get(i);
            if (step < end) {
                Optional<Checkpoint> intact = intact(step);
                if (intact.isPresent()) {
                    return intact;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Checkpoint> intact(long step) {
        Path folder = path(step);
        Manifest.Verdict verdict = Manifest.verify(folder, step);
        verdict.damage()
                .ifPresent(damage -> LOG.warn(
                        "{}", damage.because("this checkpoint is passed over").getMessage()));
        return verdict.manifest().map(manifest -> new Checkpoint(folder, manifest));
    }

    /**
     * Begins a checkpoint, which is there when it is committed. One at a time.
     *
     * @param step of the run, later than those of all checkpoints; {@link #discardAfter} makes room where a run goes on from an older one
     * @return the writer; close it, committed or not
     */
    public CheckpointWriter begin(long step) {
        List<Long> steps = steps();
        long newest = steps.isEmpty() ? -1 : steps.get(steps.size() - 1);
        Check.that(
                step > newest && step >= 0,
                "step of a checkpoint",
                step,
                "must be later than the newest, " + newest,
                "discardAfter the one that the run goes on from");
        return write(step);
    }

    /**
     * Begins the newest checkpoint anew, such as to say more of the same step. The old one is there until the new one is whole.
     *
     * @return the writer; close it, committed or not
     */
    public CheckpointWriter beginAgain() {
        List<Long> steps = steps();
        Check.that(!steps.isEmpty(), "checkpoint to write anew", "none", "must be there", "begin(step) one");
        return write(steps.get(steps.size() - 1));
    }

    private CheckpointWriter write(long step) {
        Check.that(
                writer == null || writer.isOver(),
                "writer of a checkpoint",
                "open",
                "must be closed before the next",
                "use try-with-resources");
        CheckpointWriter begun = new CheckpointWriter(
                step, hidden(step, "writing"), path(step), hidden(step, REPLACED), this::describeNewest);
        writer = begun;
        return begun;
    }

    private String describeNewest() {
        List<Long> steps = steps();
        return steps.isEmpty()
                ? "there is no checkpoint yet"
                : "the newest checkpoint is that of step " + steps.get(steps.size() - 1);
    }

    /**
     * Deletes the checkpoints behind the one that a run goes on from.
     *
     * @param step the last that stays
     */
    public void discardAfter(long step) {
        OptionalLong best = best();
        steps().stream().filter(other -> other > step).forEach(this::delete);
        if (best.isPresent() && best.getAsLong() > step) {
            try {
                Files.deleteIfExists(
                        checkpoints.resolve(BEST)); // a later checkpoint of the same step may not be the best
            } catch (IOException e) {
                throw AtomicFiles.unwritable(checkpoints.resolve(BEST), e);
            }
        }
    }

    /**
     * Calls a checkpoint the best so far, which keeps it from being pruned.
     *
     * @param step one of {@link #steps}
     */
    public void markBest(long step) {
        Check.that(
                Files.isDirectory(path(step)),
                "best checkpoint",
                "of step " + step,
                "must be one of the steps " + steps(),
                "write it first");
        JsonDocuments.write(
                checkpoints.resolve(BEST), JsonNodeFactory.instance.objectNode().put(STEP, step));
    }

    /**
     * The checkpoint that was called the best.
     *
     * @return its step; empty if none was, or it is gone
     */
    public OptionalLong best() {
        Path file = checkpoints.resolve(BEST);
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        JsonNode step = JsonDocuments.read(file).path(STEP);
        CheckpointException.check(
                step.isIntegralNumber(),
                file,
                "step",
                step,
                "must be a whole number",
                "delete the file; the next best checkpoint writes it anew");
        return Files.isDirectory(path(step.longValue())) ? OptionalLong.of(step.longValue()) : OptionalLong.empty();
    }

    /**
     * Deletes older checkpoints, but never the best, and never the last one that is intact: if something is to be deleted, those that stay
     * are read until one proves to be.
     *
     * @param keep how many of the newest stay
     * @return the steps that were deleted, ascending
     */
    public List<Long> prune(int keep) {
        Check.that(keep > 0, "number of checkpoints to keep", keep, "must be at least 1", "keep the last two or three");
        List<Long> steps = steps();
        OptionalLong best = best();
        List<Long> stay = new ArrayList<>(steps.subList(Math.max(0, steps.size() - keep), steps.size()));
        best.ifPresent(step -> stay.add(0, step));
        List<Long> go = new ArrayList<>(steps);
        go.removeAll(stay);
        if (go.isEmpty() || !spareOne(stay, go)) {
            return List.of();
        }
        go.forEach(this::delete);
        return List.copyOf(go);
    }

    /** Takes the newest intact one from those that go, if none of those that stay is. False if there is none at all. */
    private boolean spareOne(List<Long> stay, List<Long> go) {
        for (int i = stay.size() - 1; i >= 0; i--) {
            if (intact(stay.get(i)).isPresent()) {
                return true;
            }
        }
        for (int i = go.size() - 1; i >= 0; i--) {
            if (intact(go.get(i)).isPresent()) {
                go.remove(i);
                return true;
            }
        }
        return false;
    }

    /** Throws away an uncommitted checkpoint, and lets others have the folder. */
    @Override
    public void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } finally {
            lock.close();
        }
    }

    private void delete(long step) {
        Path place = path(step);
        try {
            Path hidden = hidden(step, "deleting");
            Files.move(place, hidden, StandardCopyOption.ATOMIC_MOVE); // nobody ever sees half of it
            AtomicFiles.forceFolder(checkpoints);
            Folders.delete(hidden);
        } catch (IOException e) {
            throw undeletable(place, e);
        }
    }

    /** The lock is ours, so that whoever wrote or deleted these is gone. One that nothing has replaced comes back. */
    private void deleteAbandoned() {
        for (Path abandoned : list(HIDDEN)) {
            try {
                Matcher name = HIDDEN.matcher(String.valueOf(abandoned.getFileName()));
                Path place = name.matches() ? path(Long.parseLong(name.group(1))) : abandoned;
                if (abandoned.toString().endsWith(REPLACED) && !Files.exists(place)) {
                    Files.move(abandoned, place, StandardCopyOption.ATOMIC_MOVE);
                } else {
                    Folders.delete(abandoned);
                }
            } catch (IOException e) {
                throw undeletable(abandoned, e);
            }
        }
    }

    private List<Path> list(Pattern pattern) {
        try (Stream<Path> all = Files.list(checkpoints)) {
            return all.filter(path ->
                            pattern.matcher(String.valueOf(path.getFileName())).matches() && Files.isDirectory(path))
                    .toList();
        } catch (IOException e) {
            throw new EngineException("Could not list " + checkpoints + ": " + e + "; check permissions", e);
        }
    }

    private static long stepOf(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /**
     * Where the checkpoint of a step stands, without reading it.
     *
     * @param step one of {@link #steps}
     * @return its folder
     */
    public Path path(long step) {
        return checkpoints.resolve(String.format(Locale.ROOT, "step-%08d", step));
    }

    private Path hidden(long step, String doing) {
        return checkpoints.resolve(String.format(Locale.ROOT, ".step-%08d.%s", step, doing));
    }

    private static EngineException undeletable(Path folder, IOException e) {
        return new EngineException("Could not delete " + folder + ": " + e + "; check permissions", e);
    }
}
