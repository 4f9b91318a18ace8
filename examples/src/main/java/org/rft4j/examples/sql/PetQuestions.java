package org.rft4j.examples.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rewards.sql.SqlDatabase;

/** Questions about a table of pets, the queries that answer them, and the mistakes of somebody who has not quite learned SQL. */
final class PetQuestions {
    /** The column of a task with the query that answers it. */
    static final String GOLD = "gold";

    private static final List<String> KINDS = List.of("dog", "cat", "bird", "frog");

    private static final List<String> NAMES = List.of(
            "Ada", "Bo", "Coco", "Dot", "Eli", "Fay", "Gus", "Hal", "Ivy", "Jo", "Kit", "Lou", "Mia", "Ned", "Ori",
            "Pip");

    /** What every query runs on. It is the same for all questions, and trusted: no model wrote it. */
    static final SqlDatabase PETS = new SqlDatabase.Script(pets());

    private PetQuestions() {}

    /** Forty pets, so that different queries seldom give the same rows. */
    private static String pets() {
        StringBuilder script = new StringBuilder("CREATE TABLE pets (name TEXT, kind TEXT, age INTEGER);");
        KeyedRandom random = KeyedRandom.ofSeed(1).derive("pets");
        for (int i = 0; i < 40; i++) {
            KeyedRandom own = random.derive(i);
            script.append(String.format(
                    "INSERT INTO pets VALUES ('%s', '%s', %d);",
                    NAMES.get(i % NAMES.size()),
                    KINDS.get((int) (own.uniform(0) * KINDS.size())),
                    1 + (int) (own.uniform(1) * 11)));
        }
        return script.toString();
    }

    /** All questions. The query of each is in the column {@link #GOLD}. */
    static List<TaskRecord> all() {
        List<TaskRecord> all = new ArrayList<>();
        for (String kind : KINDS) {
            all.add(question("How many " + kind + "s are there?", "SELECT COUNT(*)", kind, ""));
            all.add(question("How old is the oldest " + kind + "?", "SELECT MAX(age)", kind, ""));
            all.add(question("How old is the youngest " + kind + "?", "SELECT MIN(age)", kind, ""));
            for (int age = 2; age < 10; age++) {
                String older = "s are older than " + age + "?";
                String younger = "s are younger than " + age + "?";
                all.add(question("How many " + kind + older, "SELECT COUNT(*)", kind, " AND age > " + age));
                all.add(question("How many " + kind + younger, "SELECT COUNT(*)", kind, " AND age < " + age));
                all.add(question("Which " + kind + older, "SELECT name", kind, " AND age > " + age));
                all.add(question("Which " + kind + younger, "SELECT name", kind, " AND age < " + age));
            }
        }
        return all;
    }

    private static TaskRecord question(String question, String select, String kind, String condition) {
        String gold = select + " FROM pets WHERE kind = '" + kind + "'" + condition;
        return new TaskRecord(question, Prompt.of("Question: " + question + " Query:"), Map.of(GOLD, gold));
    }

    /** Answers of a beginner: of five, about two are right and three have a mistake. */
    static List<PromptCompletion> beginners(Dataset<TaskRecord> questions, int each, long seed) {
        KeyedRandom random = KeyedRandom.ofSeed(seed).derive("mistakes");
        List<PromptCompletion> pairs = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            TaskRecord question = questions.get(i);
            for (int n = 0; n < each; n++) {
                KeyedRandom own = random.derive(question.id()).derive(n);
                String gold = question.text(GOLD);
                String query = own.uniform(0) < 0.4 ? gold : mistaken(gold, (int) (own.uniform(1) * 5));
                pairs.add(new PromptCompletion(
                        question.id() + " " + n, question.prompt(), Answer.of(" " + query), Map.of()));
            }
        }
        return pairs;
    }

    /** One mistake; where it cannot be made, another one. */
    static String mistaken(String gold, int mistake) {
        String query = switch (mistake) {
            case 0 -> gold.contains(">") ? gold.replace('>', '<') : gold.replace('<', '>');
            case 1 -> gold.contains("COUNT(*)") ? gold.replace("COUNT(*)", "name") : gold.replace("name", "COUNT(*)");
            case 2 -> gold.contains("MAX") ? gold.replace("MAX", "MIN") : gold.replace("MIN", "MAX");
            case 3 -> gold.replace("age", "years");
            default -> gold.replaceFirst("kind = '\\w+'( AND )?", "").replaceFirst(" WHERE $", "");
        };
        return query.equals(gold) ? mistaken(gold, mistake + 1) : query;
    }
}
