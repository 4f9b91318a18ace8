package org.rft4j.core.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.engine.InvalidInputException;

class CsvFileTest {
    @TempDir
    private Path folder;

    @Test
    void fieldsInQuotesHoldAnything() throws IOException {
        CsvFile file = csv("\uFEFFq,a\r\n\"1,5\",\"say \"\"hi\"\"\"\r\n\r\n\"two\r\nlines\n\",x\r\n,\"\"\nlast,0042");
        assertThat(RowFiles.all(file))
                .containsExactly(
                        new Row("c.csv", 2, Map.of("q", "1,5", "a", "say \"hi\"")),
                        new Row("c.csv", 4, Map.of("q", "two\r\nlines\n", "a", "x")),
                        new Row("c.csv", 7, Map.of("q", "", "a", "")),
                        new Row("c.csv", 8, Map.of("q", "last", "a", "0042")));
    }

    @Test
    void gzipHeaderAndDelimiterAreOptions() throws IOException {
        Path path = RowFiles.write(folder, "t.tsv", RowFiles.gzip("1\t2\n".getBytes(StandardCharsets.UTF_8)));
        CsvOptions options = CsvOptions.DEFAULT.withDelimiter('\t').withHeader("x", "y");
        assertThat(RowFiles.texts(CsvFile.of(path, options))).containsExactly("1 {x=1, y=2}");
    }

    @Test
    void columnsHaveTypesOnlyWhereAsked() throws IOException {
        CsvOptions options = CsvOptions.DEFAULT
                .withType("n", CsvType.LONG)
                .withType("d", CsvType.DOUBLE)
                .withType("b", CsvType.BOOLEAN)
                .withType("m", CsvType.JSON);
        CsvFile file = csv("t,n,d,b,m\n1,1,1,True,\"[{\"\"role\"\": \"\"user\"\"}]\"\n,,,,\n", options);
        List<Read> reads = RowFiles.all(file);
        Row row = (Row) reads.get(0);
        assertThat(row.columns().values()).containsExactly("1", 1L, 1.0, true, List.of(Map.of("role", "user")));
        assertThat(reads.get(1).toString()).contains("{t=, n=null, d=null, b=null, m=null}");
        assertThat(RowFiles.texts(
                        csv("t,n,d,b,m\nx,1.5,,,\n\"a\nb\",1,x,,\na,1,1,yes,\na,1,NaN,,\na,1,1,,{\n", options)))
                .containsExactly(
                        "c.csv:2:3, column 'n': was '1.5', must be a whole number of 64 bits",
                        "c.csv:4:6, column 'd': was 'x', must be a finite number",
                        "c.csv:5:7, column 'b': was 'yes', must be true or false",
                        "c.csv:6:5, column 'd': was 'NaN', must be a finite number",
                        "c.csv:7:8, column 'm': was '{', must be JSON");
    }

    @Test
    void raggedRowsAndStrayQuotesAreBadRows() throws IOException {
        assertThat(RowFiles.texts(csv("a,b\n1\n1,2,3\nx\"y,2\n\"x\"y,2\n1,2\n")))
                .containsExactly(
                        "c.csv:2:1: was 1 field, must be the 2 of the header [a, b]",
                        "c.csv:3:5: was 3 fields, must be the 2 of the header [a, b]",
                        "c.csv:4:2: was a quote inside a field without quotes, must be quoted as a whole, with quotes inside"
                                + " doubled",
                        "c.csv:5:4: was 'y' behind a closing quote, must be quoted as a whole, with quotes inside doubled",
                        "6 {a=1, b=2}");
    }

    @Test
    void anOpenQuoteIsAnErrorInAnyCase() throws IOException {
        CsvFile file = csv("a,b\n1,2\n\"x\ny\",\"z\n1,2\n");
        assertThatThrownBy(() -> RowFiles.all(file))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "c.csv:4:4: was a quote that is never closed, must be closed; close it where the field ends");
    }

    @Test
    void headersAreChecked() throws IOException {
        assertHeader("", CsvOptions.DEFAULT, "c.csv:1:1: was nothing, must be a header that names the columns; ");
        assertHeader("a,a\n1,2\n", CsvOptions.DEFAULT, "c.csv:1:1: was header [a, a], must name no column twice; ");
        assertHeader(
                "a\n1\n",
                CsvOptions.DEFAULT.withType("n", CsvType.LONG),
                "c.csv:1:1: was header [a], must have the typed columns [n]; ");
        assertThatThrownBy(() -> CsvOptions.DEFAULT.withDelimiter('"'))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "delimiter was '\"', must be an ASCII character that neither quotes nor ends a line; use ',', ';' or"
                                + " '\\t'");
        assertThatThrownBy(() -> CsvOptions.DEFAULT.withHeader("a", "a"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "header was [a, a], must name at least one column, and none twice; leave it out if the file begins"
                                + " with names");
    }

    @Test
    void aRecordBeyondTheLimitIsAnErrorInAnyCase() throws IOException {
        CsvOptions options = new CsvOptions(',', null, Map.of(), 20);
        for (String record : List.of("1," + "x".repeat(50), "\"" + "y".repeat(15) + "\nzzzzzzzz\",1")) {
            CsvFile file = csv("a,b\n" + record + "\n1,2\n", options);
            assertThatThrownBy(() -> RowFiles.all(file))
                    .isInstanceOf(DataException.class)
                    .hasMessage(
                            "c.csv:2:1: was more than 20 bytes long, must have at most 20, or a higher limit; look for a"
                                    + " quote that is never closed, or set CsvOptions.maxRecordBytes");
        }
    }

    @Test
    void aRecordThatIsNoTextIsPassedOverToItsEnd() throws IOException {
        byte[] bytes = "a,b\n1,\"é\n2,3\n\"\n1,2\n".getBytes(StandardCharsets.UTF_8);
        bytes[8] = 'x';
        assertThat(RowFiles.texts(CsvFile.of(RowFiles.write(folder, "c.csv", bytes))))
                .containsExactly("c.csv:2:4: was byte 0xC3, must be UTF-8", "5 {a=1, b=2}");
    }

    private void assertHeader(String content, CsvOptions options, String message) throws IOException {
        CsvFile file = csv(content, options);
        assertThatThrownBy(() -> RowFiles.all(file))
                .isInstanceOf(DataException.class)
                .hasMessage(message + "correct the file, or give delimiter and header in CsvOptions");
    }

    private CsvFile csv(String content) throws IOException {
        return csv(content, CsvOptions.DEFAULT);
    }

    private CsvFile csv(String content, CsvOptions options) throws IOException {
        return CsvFile.of(RowFiles.write(folder, "c.csv", content), options);
    }
}
