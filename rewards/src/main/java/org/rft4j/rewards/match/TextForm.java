package org.rft4j.rewards.match;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What does not count when texts are compared. Texts are always brought to Unicode's composed form and stripped of blanks around
 * them.
 *
 * @param caseCounts whether capitals are other letters
 * @param punctuationCounts whether signs that are neither letters, digits nor blanks count
 * @param articlesCount whether "a", "an" and "the" count
 * @param blanksCount whether the number of blanks between words counts
 */
public record TextForm(boolean caseCounts, boolean punctuationCounts, boolean articlesCount, boolean blanksCount) {
    /** Everything counts but blanks around the text. */
    public static final TextForm EXACT = new TextForm(true, true, true, true);
    /** Neither case nor punctuation, articles or blanks count, as in SQuAD. */
    public static final TextForm NORMALISED = new TextForm(false, false, false, false);

    private static final Pattern PUNCTUATION = Pattern.compile("[\\p{P}\\p{S}]");
    private static final Pattern ARTICLES = Pattern.compile("\\b(?:a|an|the)\\b");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /**
     * A text without what does not count.
     *
     * @param text any text
     * @return what two texts must share to be the same
     */
    public String of(String text) {
        String form = Normalizer.normalize(text, Normalizer.Form.NFC);
        form = caseCounts ? form : form.toLowerCase(Locale.ROOT);
        form = punctuationCounts ? form : PUNCTUATION.matcher(form).replaceAll("");
        form = articlesCount ? form : ARTICLES.matcher(form).replaceAll(" ");
        form = blanksCount ? form : BLANKS.matcher(form).replaceAll(" ");
        return form.strip();
    }
}
