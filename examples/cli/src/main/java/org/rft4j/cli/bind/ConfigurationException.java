package org.rft4j.cli.bind;

import java.util.List;
import org.rft4j.engine.Rft4jException;

/** A configuration that cannot work. The message has a line for each problem: path, value, rule, way out, and where it stands. */
public final class ConfigurationException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    ConfigurationException(String file, List<String> problems) {
        super(file + " has " + problems.size() + (problems.size() == 1 ? " problem:" : " problems:") + "\n  "
                + String.join("\n  ", problems));
    }
}
