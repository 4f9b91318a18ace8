package org.rft4j.rewards.sql;

import java.util.List;
import java.util.function.Function;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.VerifiableReward;

/**
 * A query that gives the rows of the gold query earns the reward; one that does not earns a little for running, for naming the right tables
 * and columns, and for looking alike: the weighted mean of the components {@code execution}, {@code syntax}, {@code schema} and
 * {@code ngrams}, each from 0 to 1. The query is the last fenced block of the completion, or all of it.
 *
 * <p>Reasoning-SQL (arXiv 2503.23157). Differences: there is no judge among the parts (add one with a {@code WeightedSum}), a right query
 * earns all, however it is written, and execution must weigh more than the parts that a wrong query can earn.
 *
 * @param runner runs both queries
 * @param database the task's database
 * @param column the task's gold query
 * @param options the weights
 */
public record SqlReward(SqlRunner runner, Function<TaskRecord, SqlDatabase> database, String column, Options options)
        implements VerifiableReward {
    /**
     * Options.
     *
     * @param execution weight of giving the right rows
     * @param syntax weight of running at all
     * @param schema weight of the overlap in tables and columns
     * @param ngrams weight of the overlap in pairs of words
     */
    public record Options(double execution, double syntax, double schema, double ngrams) {
        /** 3, 1, 1, 1. */
        public static final Options DEFAULT = new Options(3, 1, 1, 1);

        /** Only the right rows count. */
        public static final Options EXECUTION_ONLY = new Options(1, 0, 0, 0);

        /** Checks the weights. */
        public Options {
            Check.that(
                    syntax >= 0 && schema >= 0 && ngrams >= 0,
                    "weights of syntax, schema, ngrams",
                    syntax + ", " + schema + ", " + ngrams,
                    "must be at least 0",
                    "use 0 to leave a part out");
            Check.that(
                    execution > 0 && execution >= Math.max(syntax, schema + ngrams),
                    "weight of execution",
                    execution,
                    "must be positive and at least that of syntax, and of schema and ngrams together",
                    "a wrong query that looks right must not earn most of the reward");
        }

        double sum() {
            return execution + syntax + schema + ngrams;
        }
    }

    @Override
    public Score score(RewardSample sample) throws InterruptedException {
        TaskRecord task = sample.task();
        SqlDatabase on = database.apply(task);
        String gold = SqlText.query(task.text(column));
        if (!(runner.run(on, gold) instanceof SqlResult.Rows expected)) {
            throw new InvalidInputException(
                    "gold query of task " + task.id(), gold, "must run on the task's database", "leave the row out");
        }
        String query = SqlText.query(sample.completion());
        SqlResult result = runner.run(on, query);
        boolean right = result instanceof SqlResult.Rows rows
                && ResultMatch.same(expected.rows(), rows.rows(), SqlText.isOrdered(gold));
        double schema = SqlText.jaccard(
                SqlText.schemaNames(gold, expected.schema()), SqlText.schemaNames(query, expected.schema()));
        return scored(
                right,
                result instanceof SqlResult.Rows,
                query.isBlank() ? 0 : schema,
                query.isBlank() ? 0 : SqlText.jaccard(SqlText.bigrams(gold), SqlText.bigrams(query)),
                result);
    }

    private Score scored(boolean right, boolean ran, double schema, double ngrams, SqlResult result) {
        double sum = options.execution() * (right ? 1 : 0)
                + options.syntax() * (ran ? 1 : 0)
                + options.schema() * schema
                + options.ngrams() * ngrams;
        Score score = Score.of(right ? 1 : sum / options.sum())
                .withComponent("execution", right ? 1 : 0)
                .withComponent("syntax", ran ? 1 : 0)
                .withComponent("schema", schema)
                .withComponent("ngrams", ngrams);
        if (result instanceof SqlResult.Failed failed) {
            return score.withDiagnostic("failed", failed.kind() + ": " + failed.message())
                    .withFeedback(Feedback.negative("The query does not run: " + failed.message(), name()));
        }
        return right ? score : score.withFeedback(Feedback.negative("The query runs, but gives other rows", name()));
    }

    @Override
    public String name() {
        return "sql";
    }

    @Override
    public List<String> right(TaskRecord task) {
        String gold = task.text(column);
        return List.of(gold, "```sql\n" + gold + "\n```");
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", "SELECT 'no such answer'", "SELEC " + task.text(column));
    }
}
