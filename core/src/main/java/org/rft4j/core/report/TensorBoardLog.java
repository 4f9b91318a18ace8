package org.rft4j.core.report;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;

/**
 * Writes event files that TensorBoard opens: metrics and timings of steps and evaluations as scalars (an evaluation's under its name), and
 * settings, findings and the first completions of some rounds as text. TensorBoard keeps 32 bits of a number.
 *
 * <p>A run that goes on begins a new file, which tells TensorBoard to drop what older ones say of later steps. There is no clock: an
 * event's time is that at which the file was made, by the file system, plus the seconds of the steps since. To be called by one thread.
 */
public final class TensorBoardLog implements RunListener {
    private static final int TEXT_EVERY_ROUNDS = 10;
    private static final int TEXTS = 4;
    private static final int MOST_CHARACTERS = 2000;

    private final EventFile file;
    private double time;

    private TensorBoardLog(EventFile file) {
        this.file = file;
        this.time = file.madeAt();
    }

    /**
     * Begins a new file.
     *
     * @param folder the folder that TensorBoard is given, made if it does not exist
     * @return the open log
     */
    public static TensorBoardLog open(Path folder) {
        TensorBoardLog log = new TensorBoardLog(EventFile.next(folder));
        log.file.append(new ProtoWriter()
                .float64(Event.WALL_TIME, log.time)
                .text(Event.FILE_VERSION, "brain.Event:2")
                .toBytes());
        return log;
    }

    @Override
    public void started(RunStart start) {
        if (start.stepsDone() > 0) {
            ProtoWriter session = new ProtoWriter().number(Event.SESSION_STATUS, Event.SESSION_START);
            file.append(event(start.stepsDone() + 1)
                    .message(Event.SESSION_LOG, session)
                    .toBytes());
        }
        String rows = start.settings().entrySet().stream()
                .map(setting ->
                        "    " + setting.getKey() + ": " + setting.getValue().replace("\n", "\n    "))
                .collect(Collectors.joining("\n"));
        text("settings", start.stepsDone(), start.algorithm() + "\n\n" + rows);
    }

    @Override
    public void stepped(StepReport step) {
        time += Math.max(0, step.timings().getOrDefault(MetricNames.STEP_SECONDS, 0.0));
        scalars(step.step(), "", step.metrics());
        scalars(step.step(), "", step.timings());
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        scalars(evaluation.step(), evaluation.name() + "/", evaluation.metrics());
    }

    @Override
    public void sampled(RoundReport round) {
        if (round.round() % TEXT_EVERY_ROUNDS == 0) {
            String texts = round.completions().stream()
                    .limit(TEXTS)
                    .map(TensorBoardLog::indented)
                    .collect(Collectors.joining("\n\n---\n\n"));
            text("completions", round.stepsDone(), texts);
        }
    }

    @Override
    public void found(Finding finding) {
        text("findings/" + finding.code(), finding.step(), finding.level() + ": " + finding.text());
    }

    /** TensorBoard reads text as Markdown; what is indented by four columns is shown as it is. */
    private static String indented(Completion completion) {
        String reward =
                completion.reward().isPresent() ? Numbers.of(completion.reward().getAsDouble()) : "none";
        String all = completion.prompt() + "\n" + completion.text();
        return "reward " + reward + "\n\n    "
                + Html.shortened(all, MOST_CHARACTERS).replace("\n", "\n    ");
    }

    private void scalars(long step, String folder, Map<String, Double> numbers) {
        ProtoWriter summary = new ProtoWriter();
        numbers.forEach((name, value) -> summary.message(
                Event.VALUE,
                new ProtoWriter().text(Event.TAG, folder + name).float32(Event.SIMPLE_VALUE, value.floatValue())));
        file.append(event(step).message(Event.SUMMARY, summary).toBytes());
    }

    private void text(String tag, long step, String text) {
        ProtoWriter plugin = new ProtoWriter().text(Event.PLUGIN_NAME, "text");
        ProtoWriter metadata = new ProtoWriter().message(Event.PLUGIN_DATA, plugin);
        ProtoWriter shape =
                new ProtoWriter().message(Event.DIMENSION, new ProtoWriter().number(Event.DIMENSION_SIZE, 1));
        ProtoWriter tensor = new ProtoWriter()
                .number(Event.DATA_TYPE, Event.STRINGS)
                .message(Event.TENSOR_SHAPE, shape)
                .text(Event.STRING_VALUE, text);
        ProtoWriter value = new ProtoWriter()
                .text(Event.TAG, tag)
                .message(Event.TENSOR, tensor)
                .message(Event.METADATA, metadata);
        ProtoWriter summary = new ProtoWriter().message(Event.VALUE, value);
        file.append(event(step).message(Event.SUMMARY, summary).toBytes());
    }

    private ProtoWriter event(long step) {
        return new ProtoWriter().float64(Event.WALL_TIME, time).number(Event.STEP, step);
    }

    @Override
    public void close() {
        file.close();
    }

    /** Numbers of fields in TensorFlow's event.proto, summary.proto and tensor.proto, and of two values. */
    private static final class Event {
        static final int WALL_TIME = 1;
        static final int STEP = 2;
        static final int FILE_VERSION = 3;
        static final int SUMMARY = 5;
        static final int SESSION_LOG = 7;
        static final int SESSION_STATUS = 1;
        static final int SESSION_START = 1;
        static final int VALUE = 1;
        static final int TAG = 1;
        static final int SIMPLE_VALUE = 2;
        static final int TENSOR = 8;
        static final int METADATA = 9;
        static final int PLUGIN_DATA = 1;
        static final int PLUGIN_NAME = 1;
        static final int DATA_TYPE = 1;
        static final int STRINGS = 7;
        static final int TENSOR_SHAPE = 2;
        static final int DIMENSION = 2;
        static final int DIMENSION_SIZE = 1;
        static final int STRING_VALUE = 8;

        private Event() {}
    }
}
