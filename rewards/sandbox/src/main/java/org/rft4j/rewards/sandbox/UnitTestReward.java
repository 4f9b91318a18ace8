package org.rft4j.rewards.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * Runs unit tests on the code in a completion, each test in a process of its own, so that one that hangs costs no other. A test passes if its
 * last act, after the answer and the test have run, is to write a mark that it is told on its standard input. Components hold the share
 * passed in each tier; feedback says which tests fail and how, pointing at the line of the answer where there is one.
 *
 * <p>Code can find out about the mark, as it runs in the same process as the test: watch for answers that know too much about their tests.
 *
 * @param sandbox runs the tests
 * @param language of answer and tests
 * @param column the task's tests: a text, or a list of texts or of maps with {@code code}, {@code name} and {@code tier}
 * @param prefix the column with code that stands before the answer, such as a prompt that it completes; empty if there is none
 * @param options what tests are worth
 */
public record UnitTestReward(
        Sandbox sandbox, Language language, String column, Optional<String> prefix, Options options)
        implements VerifiableReward {
    private static final int SHOWN_FAILURES = 3;
    private static final Pattern NAMES_ERROR = Pattern.compile("Error|Exception|error:");

    /** What passing some of the tests is worth. */
    public enum Credit {
        /** 1 if all pass, else 0; the first failure ends the matter. */
        ALL_OR_NOTHING,
        /** The weights of those that pass over the weights of all, between 0 and 1. */
        SHARE,
        /** The weights of those that pass, as TAROT counts. */
        SUM
    }

    /**
     * Options.
     *
     * @param tierWeights what a test of each tier weighs; tests of tiers that are not named here are not run
     * @param credit what passing some of the tests is worth
     * @param solution the column with a right answer, for the self-check; empty if there is none
     */
    public record Options(Map<String, Double> tierWeights, Credit credit, Optional<String> solution) {
        /** All tests of the tier {@code basic}, which is that of tests without one, must pass. */
        public static final Options ALL =
                new Options(Map.of(UnitTest.FIRST_TIER, 1.0), Credit.ALL_OR_NOTHING, Optional.empty());

        /** TAROT's weights {@code var}: .35, .35, .15, .15 for basic, medium, high, edge. */
        public static final Options TAROT = new Options(
                Map.of("basic", 0.35, "medium", 0.35, "high", 0.15, "edge", 0.15), Credit.SUM, Optional.empty());

        /** Checks the weights. */
        public Options {
            tierWeights = Map.copyOf(tierWeights);
            Check.that(
                    !tierWeights.isEmpty() && tierWeights.values().stream().allMatch(w -> w > 0 && Double.isFinite(w)),
                    "tierWeights",
                    tierWeights,
                    "must name a tier, with positive weights",
                    "leave a tier out that is not to be run");
        }

        /**
         * The same with right answers for the self-check.
         *
         * @param columnOfSolutions their column
         * @return new options
         */
        public Options checkedBy(String columnOfSolutions) {
            return new Options(tierWeights, credit, Optional.of(columnOfSolutions));
        }
    }

    private record Outcome(UnitTest test, boolean passed, ProgramResult result) {}

    @Override
    public Score score(RewardSample sample) throws InterruptedException {
        List<UnitTest> tests = new ArrayList<>(UnitTest.of(sample.task(), column));
        tests.removeIf(test -> !options.tierWeights().containsKey(test.tier()));
        if (tests.isEmpty()) {
            return Score.notApplicable("no test is of a tier that is run");
        }
        String before = prefix.map(name -> sample.task().text(name)).orElse("");
        CodeAnswer answer = CodeAnswer.in(sample.completion(), language);
        List<Outcome> outcomes = new ArrayList<>();
        for (UnitTest test : tests) {
            outcomes.add(run(before + answer.code(), test));
            boolean failed = !outcomes.get(outcomes.size() - 1).passed();
            if (failed && options.credit() == Credit.ALL_OR_NOTHING) {
                break;
            }
        }
        return scored(tests, outcomes, before, answer);
    }

    private Outcome run(String code, UnitTest test) throws InterruptedException {
        String mark = mark();
        Program program = language.tested(code, test.code());
        ProgramResult result = sandbox.run(new Program(program.command(), program.files(), mark + "\n"));
        boolean passed = result.succeeded() && result.output().stripTrailing().endsWith("\n" + mark);
        return new Outcome(test, passed, result);
    }

    private Score scored(List<UnitTest> tests, List<Outcome> outcomes, String before, CodeAnswer answer) {
        Map<String, double[]> tiers = new LinkedHashMap<>();
        double passed = 0;
        double all = 0;
        for (UnitTest test : tests) {
            tiers.computeIfAbsent(test.tier(), tier -> new double[2])[1]++;
            all += options.tierWeights().getOrDefault(test.tier(), 0.0);
        }
        List<Feedback> feedback = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome.passed()) {
                tiers.computeIfAbsent(outcome.test().tier(), tier -> new double[2])[0]++;
                passed += options.tierWeights().getOrDefault(outcome.test().tier(), 0.0);
            } else if (feedback.size() < SHOWN_FAILURES) {
                feedback.add(fault(outcome, before, answer));
            }
        }
        Score score = Score.of(
                switch (options.credit()) {
                    case ALL_OR_NOTHING -> outcomes.stream().allMatch(Outcome::passed) ? 1 : 0;
                    case SHARE -> passed / all;
                    case SUM -> passed;
                });
        for (Map.Entry<String, double[]> tier : tiers.entrySet()) {
            score = score.withComponent(tier.getKey(), tier.getValue()[0] / tier.getValue()[1]);
        }
        return score.withFeedback(feedback.toArray(Feedback[]::new));
    }

    private Feedback fault(Outcome outcome, String before, CodeAnswer answer) {
        ProgramResult result = outcome.result();
        String how = switch (result.end()) {
            case TIME -> "does not end in time";
            case MEMORY -> "takes too much memory";
            case OUTPUT -> "writes too much";
            case EXITED -> "fails: " + lastError(result);
        };
        Feedback feedback = Feedback.negative(outcome.test().name() + " " + how, name());
        Matcher line = language.lineOfError().matcher(result.errors());
        int offset = language.linesBefore(outcome.test().code())
                + (int) before.chars().filter(c -> c == '\n').count();
        Optional<Feedback> pointed = Optional.empty();
        while (line.find()) {
            int number = Integer.parseInt(line.group(1)) - offset;
            pointed = answer.line(number).map(feedback::at).or(() -> Optional.empty());
        }
        return pointed.orElse(feedback);
    }

    private static String lastError(ProgramResult result) {
        List<String> lines = result.errors()
                .lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .toList();
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            if (NAMES_ERROR.matcher(line).find()
                    && !line.startsWith("at ")
                    && !line.equals("error: compilation failed")) {
                return line;
            }
        }
        return lines.isEmpty() ? "it ends before the test is over" : lines.get(lines.size() - 1);
    }

    /** From the system's source of randomness: no result depends on it, but no answer may guess it. */
    private static String mark() {
        try (InputStream in = Files.newInputStream(Path.of("/dev/urandom"))) {
            return HexFormat.of().formatHex(in.readNBytes(16));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "unitTests";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return options.solution().map(name -> List.of(task.text(name))).orElse(List.of());
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", "this is no code");
    }

    @Override
    public double fullScore() {
        return 1;
    }
}
