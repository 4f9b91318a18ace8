package org.rft4j.cli.assembly;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rft4j.cli.config.BadRowRule;
import org.rft4j.cli.config.DataConfig;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.load.BadRows;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.load.ExampleReader;
import org.rft4j.core.data.load.IdRule;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.rows.CsvFile;
import org.rft4j.core.data.rows.CsvOptions;
import org.rft4j.core.data.rows.JsonArrayFile;
import org.rft4j.core.data.rows.JsonlFile;
import org.rft4j.core.data.rows.RowSource;
import org.rft4j.core.data.rows.Shards;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** Reads data sets. */
final class DataSets {
    private DataSets() {}

    static RowMapping mapping(DataConfig config) {
        RowMapping mapping = RowMapping.asIs();
        for (Map.Entry<String, String> column : config.columns().entrySet()) {
            mapping = mapping.rename(column.getValue(), column.getKey());
        }
        mapping = config.prompt().make().in(mapping);
        return config.id().isPresent()
                ? mapping.withId(IdRule.column(config.id().get()))
                : mapping;
    }

    static <T extends Example> Dataset<T> read(DataConfig config, ExampleReader<T> reader) {
        List<RowSource> sources = config.files().stream().map(DataSets::source).toList();
        RowSource source = sources.size() == 1 ? sources.get(0) : Shards.of("data", sources);
        BadRows badRows = config.badRows() == BadRowRule.SKIP ? BadRows.skip() : BadRows.fail();
        Dataset<T> all = Datasets.inMemory(source, reader, badRows).records();
        int kept = Math.min(config.limit().orElse(all.size()), all.size());
        return kept == all.size() ? all : Datasets.slice(all, 0, kept);
    }

    /** Files that are not there are told before a model is loaded. */
    static void requireFiles(String path, DataConfig config) {
        for (int i = 0; i < config.files().size(); i++) {
            Path file = config.files().get(i);
            Check.that(
                    Files.isRegularFile(file) && Files.isReadable(file),
                    path + ".files[" + i + "]",
                    file,
                    "must be a file that can be read",
                    "paths are relative to where the command is started, "
                            + Path.of("").toAbsolutePath());
            source(file);
        }
    }

    private static RowSource source(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return switch (ending) {
            case "jsonl", "ndjson" -> JsonlFile.of(file);
            case "json" -> JsonArrayFile.of(file);
            case "csv" -> CsvFile.of(file);
            case "tsv" -> CsvFile.of(file, CsvOptions.DEFAULT.withDelimiter('\t'));
            default ->
                throw new InvalidInputException(
                        "file", file, "must end in .jsonl, .json, .csv or .tsv", "turn it into one of these");
        };
    }
}
