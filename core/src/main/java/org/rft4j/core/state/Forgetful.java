package org.rft4j.core.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** What usually has nothing to remember: its state is empty, unless it says otherwise. */
public interface Forgetful extends Resumable {
    @Override
    default JsonNode state() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    default void restore(JsonNode state) {}
}
