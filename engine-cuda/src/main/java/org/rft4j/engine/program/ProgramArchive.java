package org.rft4j.engine.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs program sources into the zip that {@code torch::jit::load} reads: two tiny pickles (the module object without
 * attributes, an empty constant tuple) and the code as text.
 */
final class ProgramArchive {
    private static final byte[] EMPTY_TUPLE_PICKLE = {(byte) 0x80, 2, ')', '.'};

    private ProgramArchive() {}

    static byte[] pack(ProgramSource main, Collection<ProgramSource> sources) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "data.pkl", modulePickle());
            put(zip, "code/__torch__.py", utf8(entryPoints(main)));
            for (ProgramSource source : sources) {
                put(zip, "code/__torch__/" + source.module() + ".py", utf8(source.qualified()));
            }
            put(zip, "constants.pkl", EMPTY_TUPLE_PICKLE);
            put(zip, "version", utf8("3\n"));
            put(zip, "byteorder", utf8("little"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A module class with one method per public function: Java can call methods of a module, but no functions. */
    private static String entryPoints(ProgramSource main) {
        StringBuilder code = new StringBuilder("""
                class Program(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  _is_full_backward_hook : NoneType
                """);
        for (ProgramFunction function : main.functions().values()) {
            if (function.isPublic()) {
                appendEntryPoint(code, main.module(), function);
            }
        }
        return code.toString();
    }

    private static void appendEntryPoint(StringBuilder code, String module, ProgramFunction function) {
        code.append("  def ").append(function.name()).append("(self: __torch__.Program");
        for (ProgramFunction.Parameter p : function.parameters()) {
            code.append(", ").append(p.name()).append(": ").append(p.kind().wireAnnotation());
        }
        code.append(") -> ").append(function.returns()).append(":\n");
        StringBuilder arguments = new StringBuilder();
        for (ProgramFunction.Parameter p : function.parameters()) {
            String argument = p.name();
            if (p.kind() == ProgramFunction.Kind.OPTIONAL_TENSOR) {
                argument = p.name() + "_or_none";
                code.append("    %s : Optional[Tensor] = None\n".formatted(argument));
                code.append("    if len(%s) > 0:\n      %s = %s[0]\n".formatted(p.name(), argument, p.name()));
            }
            arguments.append(arguments.isEmpty() ? "" : ", ").append(argument);
        }
        code.append("    return __torch__.%s.%s(%s)\n".formatted(module, function.name(), arguments));
    }

    private static byte[] modulePickle() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2}); // protocol 2
        pickle.write(utf8("c__torch__\nProgram\n")); // the class
        pickle.write(new byte[] {')', (byte) 0x81}); // an instance of it
        pickle.write(new byte[] {'}', '('}); // its state: a dict
        writeString(pickle, "training");
        pickle.write(0x89); // False
        writeString(pickle, "_is_full_backward_hook");
        pickle.write('N'); // None
        pickle.write(new byte[] {'u', 'b', '.'}); // set items, build, stop
        return pickle.toByteArray();
    }

    private static void writeString(ByteArrayOutputStream pickle, String value) throws IOException {
        byte[] encoded = utf8(value);
        pickle.write(new byte[] {'X', (byte) encoded.length, 0, 0, 0}); // all our strings are below 256 bytes
        pickle.write(encoded);
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry("program/" + name);
        entry.setMethod(ZipEntry.STORED); // libtorch reads entries in place
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] utf8(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
