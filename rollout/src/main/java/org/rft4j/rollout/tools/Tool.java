package org.rft4j.rollout.tools;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ToolSpec;

/** Something that the policy may call. Called by several threads at once; each call has a deadline and should heed interruption. */
public interface Tool {
    /**
     * What the policy is told of it.
     *
     * @return name, description and parameters
     */
    ToolSpec spec();

    /**
     * Does what is asked. What the policy wrote is data: a tool must not run it as code in this process.
     *
     * @param arguments by name, valid by the schema of the parameters: null, booleans, numbers, strings, lists and maps
     * @return what the policy is told
     * @throws Exception whatever goes wrong; the policy is told its message, and the episode goes on
     */
    String call(Map<String, @Nullable Object> arguments) throws Exception;
}
