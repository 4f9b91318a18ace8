package org.rft4j.engine.program;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.engine.Check;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.TensorEngine;

/**
 * A compiled program resource. Programs hold no tensors (weights are arguments), so one instance serves every model
 * size, device and data type; it lives as long as the JVM, like a class does.
 *
 * <p>Typed wrappers such as {@code LmHead} are the public face of programs; this class is for writing new ones.
 */
public final class TensorProgram {
    private static final Map<String, TensorProgram> COMPILED = new ConcurrentHashMap<>();
    private static final Pattern LOCATION = Pattern.compile("File \"code/__torch__/(\\w+)\\.py\", line (\\d+)");

    private final ProgramSource source;
    private final PtSymbolBlock block;

    private TensorProgram(ProgramSource source, PtSymbolBlock block) {
        this.source = source;
        this.block = block;
    }

    /**
     * The program of a resource, compiled at the first request.
     *
     * @param name the resource's name without {@code .py}
     * @return the compiled program
     */
    public static TensorProgram named(String name) {
        return COMPILED.computeIfAbsent(name, n -> compile(ProgramSource.load(n)));
    }

    /**
     * Compiles a program from text. Its imports are looked up among the resources.
     *
     * @param name the name that error messages use
     * @param text functions in TorchScript's subset of Python, every parameter and result annotated
     * @return the compiled program
     */
    public static TensorProgram compile(String name, String text) {
        return compile(ProgramSource.parse(name, text));
    }

    private static TensorProgram compile(ProgramSource main) {
        TensorEngine.requireLoaded();
        Map<String, ProgramSource> sources = new LinkedHashMap<>();
        Deque<ProgramSource> pending = new ArrayDeque<>(List.of(main));
        while (!pending.isEmpty()) {
            ProgramSource source = pending.pop();
            if (sources.putIfAbsent(source.module(), source) == null) {
                source.importedModules().forEach(module -> pending.push(ProgramSource.load(module)));
            }
        }
        byte[] archive = ProgramArchive.pack(main, sources.values());
        try {
            PtNDManager manager = (PtNDManager) ProgramManager.INSTANCE;
            return new TensorProgram(
                    main, JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
        } catch (ai.djl.engine.EngineException e) {
            throw translate("does not compile", main.module(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a call of one of the program's functions.
     *
     * @param function the function's name
     * @return a call that collects the arguments
     */
    public ProgramCall call(String function) {
        ProgramFunction declared = source.functions().get(function);
        Check.that(
                declared != null && declared.isPublic(),
                "function",
                function,
                "must be a public function of " + source.module() + ".py",
                "it has " + functionNames());
        return new ProgramCall(this, java.util.Objects.requireNonNull(declared));
    }

    /**
     * The functions that can be called.
     *
     * @return their names in the order of the resource
     */
    public List<String> functionNames() {
        return source.functions().values().stream()
                .filter(ProgramFunction::isPublic)
                .map(ProgramFunction::name)
                .toList();
    }

    String name() {
        return source.module();
    }

    long handle() {
        return block.getHandle();
    }

    /** Names resource and line, which libtorch reports as a file in the archive, and keeps its explanation. */
    static EngineException translate(String what, String module, ai.djl.engine.EngineException e) {
        String message = String.valueOf(e.getMessage()).strip();
        Matcher location = LOCATION.matcher(message);
        String where = module + ".py";
        while (location.find()) { // the innermost frame of a traceback comes last
            where = location.group(1) + ".py, line " + location.group(2);
            if (what.startsWith("does not compile")) {
                break; // a compile error names the culprit first and its callers after
            }
        }
        return new EngineException("Program " + where + " " + what + ": " + message, e);
    }

    /** The manager that owns the compiled modules; programs are code, not data, and are never closed. */
    private static final class ProgramManager {
        static final NDManager INSTANCE = NDManager.newBaseManager(ai.djl.Device.cpu(), "PyTorch");

        private ProgramManager() {}
    }
}
