package org.rft4j.engine.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rft4j.engine.EngineException;

/**
 * A program resource and what the packer needs to know of it. A resource is a plain Python module of annotated
 * functions; {@code from other import f} takes functions from another resource.
 */
final class ProgramSource {
    static final String FOLDER = "/org/rft4j/engine/programs/";

    private static final Pattern DEF =
            Pattern.compile("^def\\s+(\\w+)\\s*\\(([^)]*)\\)\\s*->\\s*([^:]+):", Pattern.MULTILINE);
    private static final Pattern IMPORT =
            Pattern.compile("^from\\s+(\\w+)\\s+import\\s+([\\w, ]+)$", Pattern.MULTILINE);
    private static final Pattern CALL = Pattern.compile("(?<![\\w.])(\\w+)(?=\\()");

    /** In an archive, data types are numbers: those of {@code c10::ScalarType}. */
    private static final Map<String, String> DATA_TYPES = Map.of(
            "torch.int32",
            "3",
            "torch.int64",
            "4",
            "torch.float16",
            "5",
            "torch.float32",
            "6",
            "torch.float64",
            "7",
            "torch.bool",
            "11",
            "torch.bfloat16",
            "15");

    private static final Pattern DATA_TYPE = Pattern.compile("torch\\.(?:int32|int64|b?float\\d+|bool)\\b");

    private final String module;
    private final String text;
    private final Map<String, ProgramFunction> functions;
    private final Map<String, String> importedFrom;

    private ProgramSource(
            String module, String text, Map<String, ProgramFunction> functions, Map<String, String> importedFrom) {
        this.module = module;
        this.text = text;
        this.functions = functions;
        this.importedFrom = importedFrom;
    }

    static ProgramSource load(String module) {
        String resource = module.equals("products") && OneDnn.present() ? "products_onednn" : module;
        try (InputStream in = ProgramSource.class.getResourceAsStream(FOLDER + resource + ".py")) {
            if (in == null) {
                throw new EngineException("There is no program " + resource + ".py on the class path under " + FOLDER
                        + "; is the rft4j-engine-cuda jar complete?");
            }
            return parse(module, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new EngineException("Could not read the program " + module + ".py from the class path", e);
        }
    }

    static ProgramSource parse(String module, String text) {
        Map<String, ProgramFunction> functions = new LinkedHashMap<>();
        Matcher def = DEF.matcher(text);
        while (def.find()) {
            String name = def.group(1);
            int line = lineAt(text, def.start());
            List<ProgramFunction.Parameter> parameters = parseParameters(module, line, def.group(2));
            functions.put(
                    name, new ProgramFunction(name, parameters, def.group(3).strip(), line));
        }
        Map<String, String> importedFrom = new LinkedHashMap<>();
        Matcher imports = IMPORT.matcher(text);
        while (imports.find()) {
            if (isProgramImport(imports.group(1))) {
                for (String name : imports.group(2).split(",")) {
                    importedFrom.put(name.strip(), imports.group(1));
                }
            }
        }
        return new ProgramSource(module, text, functions, importedFrom);
    }

    String module() {
        return module;
    }

    Map<String, ProgramFunction> functions() {
        return functions;
    }

    List<String> importedModules() {
        return importedFrom.values().stream().distinct().toList();
    }

    /**
     * The source as libtorch's importer wants it: nothing but functions (the docstring and imports above the first one
     * are blanked, so that line numbers stay), every function of this or an imported resource called by its qualified
     * name, data types as numbers.
     */
    String qualified() {
        int firstFunction = functions.values().stream()
                .mapToInt(ProgramFunction::line)
                .min()
                .orElse(1);
        List<String> lines = text.lines().map(this::qualifyLine).collect(Collectors.toCollection(ArrayList::new));
        lines.subList(0, firstFunction - 1).replaceAll(line -> "");
        return String.join("\n", lines) + "\n";
    }

    private String qualifyLine(String line) {
        if (line.startsWith("def ")) {
            return line;
        }
        String typed = DATA_TYPE
                .matcher(line)
                .replaceAll(match -> DATA_TYPES.get(match.group()))
                .replace("torch.ops.", "ops.")
                .replace("math.", "torch."); // an archive knows no Python modules, only operators
        return CALL.matcher(typed).replaceAll(match -> {
            String name = match.group(1);
            String owner = functions.containsKey(name) ? module : importedFrom.get(name);
            return owner == null ? name : "__torch__." + owner + "." + name;
        });
    }

    private static boolean isProgramImport(String from) {
        return !from.equals("typing") && !from.equals("torch");
    }

    private static List<ProgramFunction.Parameter> parseParameters(String module, int line, String list) {
        List<ProgramFunction.Parameter> parameters = new ArrayList<>();
        for (String part : list.split(",(?![^\\[]*\\])")) {
            if (part.isBlank()) {
                continue;
            }
            String[] nameAndType = part.split(":", 2);
            String type = nameAndType.length == 2 ? nameAndType[1].strip() : "no annotation";
            parameters.add(
                    new ProgramFunction.Parameter(nameAndType[0].strip(), kind(module, line, part.strip(), type)));
        }
        return parameters;
    }

    private static ProgramFunction.Kind kind(String module, int line, String parameter, String type) {
        for (ProgramFunction.Kind kind : ProgramFunction.Kind.values()) {
            if (kind.annotation().equals(type)) {
                return kind;
            }
        }
        throw new EngineException("Program " + module + ".py, line " + line + ": parameter '" + parameter
                + "' has " + type + ", must have one of "
                + List.of(ProgramFunction.Kind.values()).stream()
                        .map(ProgramFunction.Kind::annotation)
                        .collect(Collectors.joining(", ")));
    }

    private static int lineAt(String text, int offset) {
        return (int) text.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
    }
}
