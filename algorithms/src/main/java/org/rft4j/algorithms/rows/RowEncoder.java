package org.rft4j.algorithms.rows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.training.ExampleRow;

/** Makes a row of a prompt and an answer, which need not be those of the same record. */
@FunctionalInterface
public interface RowEncoder {
    /**
     * Encodes.
     *
     * @param of the record whose prompt it is, named in errors
     * @param prompt what is asked
     * @param answer what is answered
     * @return a row of unit 0 without columns, whose answer is trained; empty if it is dropped, as where it is too long
     */
    Optional<ExampleRow> encode(Example of, Prompt prompt, Answer answer);

    /**
     * The encoder of data sets.
     *
     * @param encoder makes tokens
     * @return an encoder of rows
     */
    static RowEncoder of(ExampleEncoder encoder) {
        return (of, prompt, answer) -> encoder.encode(of, prompt, List.of(answer)).stream()
                .findFirst()
                .map(one -> new ExampleRow(one.ids(), one.trained(), 0, Map.of()));
    }
}
