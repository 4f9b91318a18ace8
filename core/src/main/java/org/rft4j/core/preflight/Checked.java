package org.rft4j.core.preflight;

import java.util.List;
import org.rft4j.core.run.Finding;

/**
 * What a check came to.
 *
 * @param check what was checked
 * @param saw what was seen, in a line
 * @param findings what is wrong, or worth knowing; none if all is well
 */
public record Checked(String check, String saw, List<Finding> findings) {
    /** Copies the list. */
    public Checked {
        findings = List.copyOf(findings);
    }

    static Finding note(String code, String text) {
        return new Finding(Finding.Level.NOTE, code, text, 0);
    }

    static Finding warning(String code, String text) {
        return new Finding(Finding.Level.WARNING, code, text, 0);
    }

    static Finding error(String code, String text) {
        return new Finding(Finding.Level.ERROR, code, text, 0);
    }

    /** The most serious level, {@code ok} if nothing was found. */
    String verdict() {
        return findings.stream()
                .map(Finding::level)
                .max(Enum::compareTo)
                .map(Enum::name)
                .orElse("ok");
    }
}
