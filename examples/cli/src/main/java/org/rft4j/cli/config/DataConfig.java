package org.rft4j.cli.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.cli.bind.Chosen;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.engine.Check;

/**
 * A data set.
 *
 * @param type what a row is
 * @param files whose rows follow each other; by their endings .jsonl, .json, .csv or .tsv
 * @param columns columns that have another name in the files: prompt: question
 * @param id the column that names a row; otherwise file and line
 * @param badRows what becomes of rows that cannot be read
 * @param limit only so many rows, from the beginning
 * @param prompt what is made of the prompt
 * @param encoding how examples become tokens; with the usual values where it is empty
 */
public record DataConfig(
        DataType type,
        List<Path> files,
        Map<String, String> columns,
        Optional<String> id,
        @Otherwise("fail") BadRowRule badRows,
        Optional<Integer> limit,
        @Otherwise("asIs") Chosen<PromptForm> prompt,
        Optional<EncodingConfig> encoding) {
    /** Copies list and map. */
    public DataConfig {
        files = List.copyOf(files);
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        Check.that(!files.isEmpty(), "files", "empty", "must be at least one", "write files: [train.jsonl]");
        limit.ifPresent(rows -> Check.that(rows >= 1, "limit", rows, "must be at least 1", "leave it out for all"));
    }

    /** The same with an encoding, so that it is told what holds. */
    DataConfig encoded() {
        Optional<EncodingConfig> whole = Optional.of(encoding.orElse(EncodingConfig.DEFAULT));
        return new DataConfig(type, files, columns, id, badRows, limit, prompt, whole);
    }
}
