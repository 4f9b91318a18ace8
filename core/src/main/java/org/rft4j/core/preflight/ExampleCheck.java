package org.rft4j.core.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.run.Finding;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;

/**
 * Checks what an arrangement makes of examples. Rows that are only compared with, see {@link TokenColumn#COMPARED}, count in lengths alone.
 *
 * @param examples how many were arranged
 * @param arranged their rows; metrics that begin with {@code examples/} count examples
 */
public record ExampleCheck(int examples, ArrangedRows arranged) {
    /** Behind the token that ends a turn, templates write a line break or two. */
    private static final int NEAR_THE_END = 4;

    private static final double MANY = 0.1;

    /** So much more of one label than of the other wants weights. */
    private static final double UNEVEN = 4.0 / 3;

    /**
     * Compares rows with what the model can see, and looks for rows without anything to train.
     *
     * @param contextLength how many tokens the model sees
     * @return what was seen
     */
    public Checked lengths(int contextLength) {
        List<ExampleRow> rows = arranged.rows();
        int longest = longest();
        double mean = rows.stream().mapToInt(row -> row.ids().length).average().orElse(0);
        long tooLong =
                rows.stream().filter(row -> row.ids().length > contextLength).count();
        List<Finding> findings = untrained();
        if (tooLong > 0) {
            String text = share(tooLong, rows.size()) + " of the rows have more than the " + contextLength
                    + " tokens that the model sees; give EncodeOptions at most so many, or load the model with a longer context";
            findings.add(
                    tooLong == rows.size()
                            ? Checked.error("rows_too_long", text)
                            : Checked.warning("rows_too_long", text));
        }
        return new Checked(
                "example lengths",
                String.format(
                        Locale.ROOT,
                        "%d examples, %d rows: longest %d tokens, mean %.1f, context %d",
                        examples,
                        rows.size(),
                        longest,
                        mean,
                        contextLength),
                findings);
    }

    private List<Finding> untrained() {
        List<ExampleRow> rows = arranged.rows();
        long untrained = rows.stream().filter(row -> !row.hasTrained()).count();
        List<Finding> findings = new ArrayList<>();
        if (rows.isEmpty() || untrained == rows.size()) {
            findings.add(Checked.error(
                    "nothing_to_train",
                    "none of the " + examples
                            + " examples leaves a token to train; allow more tokens with EncodeOptions, look"
                            + " at its mask, and check that answers are not empty"));
        } else if (untrained > 0) {
            findings.add(Checked.warning(
                    "rows_without_tokens",
                    share(untrained, rows.size())
                            + " of the rows have no token to train, and are left out with what belongs to"
                            + " them; allow more tokens, or check that answers are not empty"));
        }
        return findings;
    }

    /**
     * The longest row.
     *
     * @return its tokens, 0 if there is none
     */
    public int longest() {
        return arranged.rows().stream().mapToInt(row -> row.ids().length).max().orElse(0);
    }

    /**
     * Tells how many examples were cut, dropped, or prefer nothing.
     *
     * @return what was seen
     */
    public Checked kept() {
        long cut = count("truncated");
        long dropped = count("dropped");
        long equal = count("equal_pairs");
        List<Finding> findings = new ArrayList<>();
        tellMany(findings, "examples_dropped", dropped, "are dropped because they are too long; allow more tokens");
        tellMany(
                findings,
                "examples_truncated",
                cut,
                "are cut, so that answers lose their end or prompts their beginning; allow more tokens, or drop them with"
                        + " OverLength.DROP");
        tellMany(
                findings,
                "equal_pairs",
                equal,
                "prefer an answer to itself, from which nothing can be learned; drop them with EqualPairs.DROP, and look whether"
                        + " answers were equal before they were cut");
        return new Checked(
                "examples kept", cut + " cut, " + dropped + " dropped, " + equal + " pairs of equal answers", findings);
    }

    private void tellMany(List<Finding> findings, String code, long count, String text) {
        if (count > 0) {
            String said = share(count, examples) + " of the examples " + text;
            findings.add(count > MANY * examples ? Checked.warning(code, said) : Checked.note(code, said));
        }
    }

    /**
     * Compares how many answers are wanted with how many are not, if the rows say so.
     *
     * @return what was seen
     */
    public Checked labels() {
        long wanted = 0;
        long labelled = 0;
        for (ExampleRow row : arranged.rows()) {
            if (row.columns().containsKey(TokenColumn.LABEL) && isTrained(row)) {
                labelled++;
                wanted += first(row, TokenColumn.LABEL) != 0 ? 1 : 0;
            }
        }
        if (labelled == 0) {
            return new Checked("labels", "none", List.of());
        }
        long unwanted = labelled - wanted;
        List<Finding> findings = new ArrayList<>();
        if (wanted == 0 || unwanted == 0) {
            findings.add(Checked.warning(
                    "one_label",
                    "all answers are " + (wanted == 0 ? "unwanted" : "wanted")
                            + ", so that there is nothing to compare them with; check the column of labels"));
        } else if (Math.max(wanted, unwanted) > UNEVEN * Math.min(wanted, unwanted)) {
            findings.add(Checked.note(
                    "labels_uneven",
                    wanted + " answers are wanted and " + unwanted
                            + " are not; choose weights of which the products with these numbers differ by at most a third,"
                            + " such as "
                            + String.format(
                                    Locale.ROOT,
                                    "%.2f",
                                    (double) Math.max(wanted, unwanted) / Math.min(wanted, unwanted))
                            + " for those that are fewer"));
        }
        return new Checked("labels", wanted + " wanted, " + unwanted + " unwanted", findings);
    }

    /**
     * Looks whether rows teach the model to stop.
     *
     * @param tokenizer spells tokens
     * @param endIds the tokens that end what the model writes
     * @return what was seen
     */
    public Checked ends(Tokenizer tokenizer, List<Long> endIds) {
        List<ExampleRow> trained =
                arranged.rows().stream().filter(ExampleCheck::isTrained).toList();
        long ended = trained.stream().filter(row -> endsWith(row, endIds)).count();
        String spelled = endIds.stream()
                .map(id -> tokenizer.tokenOf(id) + " (" + id + ")")
                .toList()
                .toString();
        List<Finding> findings = new ArrayList<>();
        String text = share(trained.size() - ended, trained.size())
                + " of the rows do not train a token that ends what the model writes, one of " + spelled;
        if (ended == 0 && !trained.isEmpty()) {
            findings.add(Checked.warning(
                    "end_never_trained",
                    text
                            + ", so that it does not learn to stop; take EncodeOptions with the end token, a template that ends"
                            + " turns with it, or name the template's in generation_config.json"));
        } else if (ended < trained.size()) {
            findings.add(Checked.note(
                    "end_not_always_trained",
                    text + "; that is right where answers are cut or go on, and nowhere else"));
        }
        return new Checked("trained ends", ended + " of " + trained.size() + " rows", findings);
    }

    private static boolean endsWith(ExampleRow row, List<Long> endIds) {
        int seen = 0;
        for (int t = row.ids().length - 1; t >= 0 && seen < NEAR_THE_END; t--) {
            if (row.trained()[t]) {
                seen++;
                if (endIds.contains(row.ids()[t])) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isTrained(ExampleRow row) {
        return row.hasTrained()
                && !(row.columns().containsKey(TokenColumn.COMPARED) && first(row, TokenColumn.COMPARED) != 0);
    }

    private static float first(ExampleRow row, TokenColumn column) {
        int t = 0;
        while (!row.trained()[t]) {
            t++;
        }
        return row.columns().getOrDefault(column, new float[row.ids().length])[t];
    }

    private long count(String name) {
        return Math.round(arranged.metrics().getOrDefault("examples/" + name, 0.0));
    }

    private static String share(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / Math.max(1, whole));
    }
}
