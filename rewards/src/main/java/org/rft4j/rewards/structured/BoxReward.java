package org.rft4j.rewards.structured;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.VerifiableReward;

/**
 * Boxes named in text: a JSON array of {@code {"box": [x1, y1, x2, y2], "confidence": c}}. Predictions are matched by falling confidence,
 * each with the free box it overlaps most, if their intersection over union is above the threshold. The value is
 * {@code iouWeight * sum of matched IoU / max(boxes, predictions) + confidenceWeight * mean of (c if matched, else 1 - c)}.
 *
 * <p>Visual-RFT (arXiv 2503.01785); its format term is a reward of its own here.
 *
 * @param column the task's boxes, a list of lists of four numbers
 * @param part where the array stands
 * @param options threshold and weights
 */
public record BoxReward(String column, AnswerPart part, Options options) implements VerifiableReward {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Options.
     *
     * @param threshold a prediction matches above this intersection over union
     * @param iouWeight of the overlap
     * @param confidenceWeight of the confidence
     */
    public record Options(double threshold, double iouWeight, double confidenceWeight) {
        /** Threshold 0.5, overlap and confidence each 1. */
        public static final Options DEFAULT = new Options(0.5, 1, 1);

        /** Checks the numbers. */
        public Options {
            Check.that(
                    threshold >= 0 && threshold < 1,
                    "threshold",
                    threshold,
                    "must be at least 0 and below 1",
                    "use 0.5");
            Check.that(
                    iouWeight >= 0 && confidenceWeight >= 0 && iouWeight + confidenceWeight > 0,
                    "weights",
                    iouWeight + " and " + confidenceWeight,
                    "must be at least 0 and not both 0",
                    "use 1 and 1");
        }
    }

    private record Box(double left, double top, double right, double bottom) {
        double area() {
            return Math.max(0, right - left) * Math.max(0, bottom - top);
        }

        double overlap(Box other) {
            Box both = new Box(
                    Math.max(left, other.left),
                    Math.max(top, other.top),
                    Math.min(right, other.right),
                    Math.min(bottom, other.bottom));
            double union = area() + other.area() - both.area();
            return union > 0 ? both.area() / union : 0;
        }
    }

    private record Prediction(Box box, double confidence) {}

    @Override
    public Score score(RewardSample sample) {
        List<Box> free = new ArrayList<>(expected(sample.task()));
        int boxes = free.size();
        Optional<List<Prediction>> read = part.in(sample).flatMap(BoxReward::read);
        if (read.isEmpty()) {
            return Score.of(0)
                    .withFeedback(Feedback.negative("The answer is not a JSON array of boxes with confidence", name()));
        }
        List<Prediction> predictions = read.get();
        double overlaps = 0;
        double confidences = 0;
        for (Prediction prediction : predictions) {
            Optional<Box> best = free.stream().max(Comparator.comparingDouble(prediction.box()::overlap));
            double overlap = best.map(prediction.box()::overlap).orElse(0.0);
            boolean matched = overlap > options.threshold();
            if (matched) {
                free.remove(best.orElseThrow());
                overlaps += overlap;
            }
            confidences += matched ? prediction.confidence() : 1 - prediction.confidence();
        }
        double iou = overlaps / Math.max(boxes, predictions.size());
        double confidence = predictions.isEmpty() ? 0 : confidences / predictions.size();
        return Score.of(options.iouWeight() * iou + options.confidenceWeight() * confidence)
                .withComponent("iou", iou)
                .withComponent("confidence", confidence);
    }

    private List<Box> expected(TaskRecord task) {
        JsonNode rows = JSON.valueToTree(task.value(column));
        List<Box> boxes = new ArrayList<>();
        for (JsonNode row : rows) {
            boxes.add(box(row).orElseThrow(() -> wrongColumn(task)));
        }
        if (boxes.isEmpty()) {
            throw wrongColumn(task);
        }
        return boxes;
    }

    private InvalidInputException wrongColumn(TaskRecord task) {
        return new InvalidInputException(
                "column '" + column + "' of task " + task.id(),
                task.value(column),
                "must be a list of boxes, each four numbers left, top, right, bottom",
                "leave the row out");
    }

    private static Optional<List<Prediction>> read(String answer) {
        try {
            JsonNode rows = JSON.readTree(answer);
            if (!rows.isArray()) {
                return Optional.empty();
            }
            List<Prediction> predictions = new ArrayList<>();
            for (JsonNode row : rows) {
                Optional<Box> box = box(row.path("box"));
                JsonNode given = row.path("confidence");
                double confidence = given.isNumber() ? given.doubleValue() : -1;
                if (box.isEmpty() || confidence < 0 || confidence > 1) {
                    return Optional.empty();
                }
                predictions.add(new Prediction(box.get(), confidence));
            }
            predictions.sort(Comparator.comparingDouble(Prediction::confidence).reversed());
            return Optional.of(predictions);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Optional<Box> box(JsonNode row) {
        boolean fits = row.isArray() && row.size() == 4;
        for (JsonNode side : row) {
            fits &= side.isNumber() && Double.isFinite(side.doubleValue());
        }
        return fits
                ? Optional.of(new Box(
                        row.get(0).doubleValue(),
                        row.get(1).doubleValue(),
                        row.get(2).doubleValue(),
                        row.get(3).doubleValue()))
                : Optional.empty();
    }

    @Override
    public String name() {
        return "boxes";
    }

    @Override
    public List<String> right(TaskRecord task) {
        List<String> rows = new ArrayList<>();
        for (Box b : expected(task)) {
            rows.add(String.format(
                    Locale.ROOT, "{\"box\": [%s, %s, %s, %s], \"confidence\": 1}", b.left, b.top, b.right, b.bottom));
        }
        return List.of(part.written("[" + String.join(", ", rows) + "]"));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", part.written("[]"), part.written("[{\"box\": [-9, -9, -8, -8], \"confidence\": 1}]"));
    }

    @Override
    public double fullScore() {
        return options.iouWeight() + options.confidenceWeight();
    }
}
