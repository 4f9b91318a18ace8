package org.rft4j.examples.rewardmodel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.BadRows;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.rows.JsonlFile;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.trainer.GroupCollector;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.examples.story.Openings;
import org.rft4j.examples.story.StoryExam;

/** Pairs of stories with the same opening, of which somebody prefers one, in a file as TRL and others read it. */
final class PreferencePairs {
    private static final int SHOWN = 3;

    private PreferencePairs() {}

    /**
     * Lets the untrained model write, and asks a labeller which texts are good. Each good one is set against another one of the same opening.
     */
    static void write(Path file, Rollout rollout, LanguageModel model, Reward labeller, int textsPerOpening) {
        GroupCollector collector = new GroupCollector(
                rollout, Optional.of(RewardScorer.of(labeller)), model.tokenizer(), textsPerOpening, Optional.empty());
        Dataset<TaskRecord> openings = Openings.trained();
        List<String> lines = new ArrayList<>();
        for (TrajectoryGroup group : collector.collect(
                0, IntStream.range(0, openings.size()).mapToObj(openings::get).toList())) {
            List<String> good = texts(group, 1);
            List<String> others = texts(group, 0);
            Prompt opening = group.members().get(0).trajectory().task().prompt();
            for (int i = 0; i < Math.min(good.size(), others.size()); i++) {
                lines.add(line(((Prompt.Text) opening).text(), good.get(i), others.get(i)));
            }
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(TrajectoryGroup group, double score) {
        return group.members().stream()
                .filter(member -> member.score().value() == score)
                .map(member -> member.trajectory().completion())
                .distinct()
                .toList();
    }

    private static String line(String prompt, String chosen, String rejected) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("prompt", prompt);
        row.put("chosen", chosen);
        row.put("rejected", rejected);
        try {
            return new ObjectMapper().writeValueAsString(row);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Prints a few, and how few of them show what the labeller dislikes in a story that says a name too often. */
    static void show(Path file) {
        Dataset<Preference> pairs = read(file);
        for (int n = 0; n < SHOWN; n++) {
            Preference pair = pairs.get(n * pairs.size() / SHOWN);
            System.out.println("  prompt    " + ((Prompt.Text) pair.prompt()).text());
            System.out.println("  chosen    " + StoryExam.line(text(pair.chosen())));
            System.out.println("  rejected  " + StoryExam.line(text(pair.rejected())));
        }
        long tooOften = IntStream.range(0, pairs.size())
                .filter(n -> RewardModelThenPpo.names(text(pairs.get(n).rejected())) > 1)
                .count();
        System.out.println("  ... In " + tooOften + " of " + pairs.size()
                + " pairs the rejected story names Lily too often; in all others it does not name her.");
    }

    private static String text(Answer answer) {
        return ((Answer.Text) answer).text();
    }

    /** The columns have the usual names, so that nothing has to be said about them. */
    static Dataset<Preference> read(Path file) {
        return Datasets.inMemory(JsonlFile.of(file), RowMapping.asIs().preferences(), BadRows.fail())
                .records();
    }
}
