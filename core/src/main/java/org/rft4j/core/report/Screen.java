package org.rft4j.core.report;

import java.io.Flushable;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A console: lines, and at most one below them that is drawn again and again. Those that write to the same console share one of these,
 * so that a table does not run into a bar. A console that breaks does not end a run: it falls silent. To be used by one thread.
 */
public final class Screen {
    private static final Logger LOG = LoggerFactory.getLogger(Screen.class);
    private static final String TO_EMPTY_LINE = "\r\u001b[K";

    private final Appendable out;
    private final Terminal terminal;
    private String drawn = "";
    private boolean broken;

    /**
     * Writes to a console.
     *
     * @param out where to write, such as the standard output
     * @param terminal what it can do; {@link Terminal#detect} finds out about the standard output
     */
    public Screen(Appendable out, Terminal terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    /** Writes a line that stays. */
    void line(String line) {
        write((drawn.isEmpty() ? "" : TO_EMPTY_LINE) + line + "\n" + drawn);
    }

    /** Draws the lowest line anew. */
    void draw(String line) {
        drawn = line;
        write(TO_EMPTY_LINE + line);
    }

    /** Lets the line that was drawn stay as it is. */
    void leave() {
        if (!drawn.isEmpty()) {
            drawn = "";
            write("\n");
        }
    }

    String coloured(String text, Colour colour) {
        return terminal.colours() ? "\u001b[" + colour.code + "m" + text + "\u001b[0m" : text;
    }

    private void write(String text) {
        if (broken) {
            return;
        }
        try {
            out.append(text);
            if (out instanceof Flushable flushable) {
                flushable.flush();
            }
        } catch (IOException e) {
            broken = true;
            LOG.warn("Progress is no longer shown: {}", e.toString());
        }
    }

    /** Colours that are readable on light and on dark. */
    enum Colour {
        GREEN("32"),
        YELLOW("33"),
        RED("1;31"),
        CYAN("36"),
        FAINT("2");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }
}
