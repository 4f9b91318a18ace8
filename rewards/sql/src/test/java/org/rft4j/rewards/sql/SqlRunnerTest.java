package org.rft4j.rewards.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlRunnerTest {
    private static final SqlDatabase PETS = new SqlDatabase.Script(
            "CREATE TABLE pet (name TEXT, age INTEGER, weight DOUBLE); INSERT INTO pet VALUES ('Rex', 3, 12.5), ('Mia', 9, NULL);"
                    + "CREATE TABLE owner (id INTEGER)");
    private static final SqlLimits LIMITS = new SqlLimits(Duration.ofSeconds(4), 64, 1000, 100_000);
    private static final SqlRunner SQLITE = new SqlRunner(SqlEngine.SQLITE, LIMITS, 1);
    private static final SqlRunner DUCKDB = new SqlRunner(SqlEngine.DUCKDB, LIMITS, 1);
    private static final String ENDLESS =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    private static SqlRunner runner(SqlEngine engine) {
        return engine == SqlEngine.SQLITE ? SQLITE : DUCKDB;
    }

    @AfterAll
    static void close() {
        SQLITE.close();
        DUCKDB.close();
    }

    private static SqlResult.Failed failed(SqlEngine engine, SqlDatabase database, String query)
            throws InterruptedException {
        SqlResult result = runner(engine).run(database, query);
        assertThat(result).as(query).isInstanceOf(SqlResult.Failed.class);
        return (SqlResult.Failed) result;
    }

    @ParameterizedTest
    @EnumSource
    void rowsComeBackAsTheyAre(SqlEngine engine) throws Exception {
        SqlResult result = runner(engine).run(PETS, "SELECT name, age + 1, weight FROM pet ORDER BY age");
        assertThat(result).isInstanceOf(SqlResult.Rows.class);
        SqlResult.Rows rows = (SqlResult.Rows) result;
        assertThat(rows.rows()).hasSize(2);
        assertThat(rows.rows().get(0)).containsExactly("Rex", 4, 12.5);
        assertThat(rows.rows().get(1)).containsExactly("Mia", 10, null);
        assertThat(rows.schema())
                .containsEntry("pet", List.of("name", "age", "weight"))
                .containsEntry("owner", List.of("id"));
    }

    @ParameterizedTest
    @EnumSource
    void whatTheDatabaseRefusesIsTold(SqlEngine engine) throws Exception {
        SqlResult.Failed failed = failed(engine, PETS, "SELECT nme FROM pet");
        assertThat(failed.kind()).isEqualTo(SqlResult.Kind.QUERY);
        assertThat(failed.message()).contains("nme");
        assertThat(failed(engine, new SqlDatabase.Script("CREATE TABEL x"), "SELECT 1")
                        .kind())
                .isEqualTo(SqlResult.Kind.DATABASE);
    }

    @ParameterizedTest
    @EnumSource
    void queriesWithoutAnEndAreStopped(SqlEngine engine) throws Exception {
        assertThat(failed(engine, PETS, ENDLESS).kind()).isEqualTo(SqlResult.Kind.TIME);
        assertThat(runner(engine).run(PETS, "SELECT 1")).isInstanceOf(SqlResult.Rows.class);
    }

    @ParameterizedTest
    @EnumSource
    void resultsWithoutAnEndAreCutOff(SqlEngine engine) throws Exception {
        String many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n";
        assertThat(failed(engine, PETS, many).kind()).isEqualTo(SqlResult.Kind.SIZE);
        String wide = engine == SqlEngine.SQLITE ? "SELECT hex(zeroblob(200000))" : "SELECT repeat('x', 200000)";
        assertThat(failed(engine, PETS, wide).kind()).isEqualTo(SqlResult.Kind.SIZE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SQLITE| SELECT length(hex(zeroblob(500000000)))",
                "SQLITE| SELECT group_concat(a.name || hex(zeroblob(60000000))) FROM pet a, pet b, pet c",
                "DUCKDB| SELECT string_agg(repeat('x', 50000000) || i) FROM range(100) t(i)",
            })
    void memoryBombsEndInAnErrorOrWithTheirProcess(SqlEngine engine, String query) throws Exception {
        failed(engine, PETS, query);
        assertThat(runner(engine).run(PETS, "SELECT 1")).isInstanceOf(SqlResult.Rows.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ATTACH DATABASE '/tmp/rft4j-attached.db' AS other",
                "VACUUM INTO '/tmp/rft4j-attached.db'",
                "SELECT load_extension('libm.so.6')",
                "SELECT readfile('/etc/passwd')",
                "SELECT writefile('/tmp/rft4j-attached.db', 'x')",
                "CREATE TABLE more (x)",
                "DELETE FROM pet"
            })
    void sqliteReachesNothingElse(String query) throws Exception {
        failed(SqlEngine.SQLITE, PETS, query);
        assertThat(Path.of("/tmp/rft4j-attached.db")).doesNotExist();
    }

    @Test
    void sqlitesMemoryLimitCannotBeRaised() throws Exception {
        for (String limit : List.of("0", "1000000000000")) {
            SqlResult result = SQLITE.run(PETS, "PRAGMA hard_heap_limit=" + limit);
            assertThat(result)
                    .isInstanceOfSatisfying(
                            SqlResult.Rows.class,
                            rows -> assertThat(rows.rows()).containsExactly(List.of(64 << 20)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM read_csv('/etc/passwd')",
                "SELECT * FROM '/etc/passwd'",
                "COPY pet TO '/tmp/rft4j-attached.db'",
                "SELECT * FROM glob('/*')",
                "ATTACH '/tmp/rft4j-attached.db' AS other",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SET enable_external_access=true",
                "SET memory_limit='100GB'",
                "SELECT getenv('PATH')",
                "EXPORT DATABASE '/tmp/rft4j-attached.db'"
            })
    void duckDbReachesNothingElse(String query) throws Exception {
        failed(SqlEngine.DUCKDB, PETS, query);
        assertThat(Path.of("/tmp/rft4j-attached.db")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void filesAreOnlyRead(SqlEngine engine, @TempDir Path folder) throws Exception {
        Path file = folder.resolve("pets #1.db");
        String url = (engine == SqlEngine.SQLITE ? "jdbc:sqlite:" : "jdbc:duckdb:") + file;
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE pet (name TEXT)");
            statement.execute("INSERT INTO pet VALUES ('Rex')");
        }
        byte[] before = Files.readAllBytes(file);
        SqlDatabase database = new SqlDatabase.ReadOnlyFile(file);
        SqlResult result = runner(engine).run(database, "SELECT name FROM pet");
        assertThat(result).isEqualTo(new SqlResult.Rows(List.of(List.of("Rex")), Map.of("pet", List.of("name"))));
        failed(engine, database, "INSERT INTO pet VALUES ('Mia')");
        failed(engine, database, "DROP TABLE pet");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aDatabaseThatIsNotThereIsTheDatasFault() throws Exception {
        SqlDatabase nowhere = new SqlDatabase.ReadOnlyFile(Path.of("/nowhere/pets.db"));
        assertThat(failed(SqlEngine.SQLITE, nowhere, "SELECT 1").kind()).isEqualTo(SqlResult.Kind.DATABASE);
        assertThat(failed(SqlEngine.DUCKDB, nowhere, "SELECT 1").kind()).isEqualTo(SqlResult.Kind.DATABASE);
    }

    @Test
    void oneQueryLeavesNothingForTheNext() throws Exception {
        DUCKDB.run(PETS, "CREATE TABLE left_behind AS SELECT 1");
        assertThat(failed(SqlEngine.DUCKDB, PETS, "SELECT * FROM left_behind").kind())
                .isEqualTo(SqlResult.Kind.QUERY);
    }

    @Test
    void processesAndTheirFoldersGoWithTheRunner() throws IOException, InterruptedException {
        SqlRunner runner = new SqlRunner(SqlEngine.SQLITE, LIMITS, 1);
        long before = ProcessHandle.current().children().count();
        runner.run(PETS, "SELECT 1");
        assertThat(ProcessHandle.current().children().count()).isEqualTo(before + 1);
        runner.close();
        assertThat(ProcessHandle.current().children().count()).isEqualTo(before);
    }
}
