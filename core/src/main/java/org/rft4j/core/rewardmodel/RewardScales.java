package org.rft4j.core.rewardmodel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.JsonDocuments;

/**
 * Scales of the members of an ensemble, which are estimated once and kept, so that every run judges alike.
 *
 * @param ofMembers by the members' names
 */
public record RewardScales(Map<String, RewardScale> ofMembers) {
    /** Copies the map. */
    public RewardScales {
        ofMembers = Collections.unmodifiableMap(new LinkedHashMap<>(ofMembers));
    }

    /**
     * Writes a file of JSON, which appears whole or not at all.
     *
     * @param file in a folder that exists
     */
    public void write(Path file) {
        JsonDocuments.write(file, toJson());
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param file the file
     * @return the scales
     */
    public static RewardScales read(Path file) {
        Map<String, RewardScale> scales = new LinkedHashMap<>();
        JsonDocuments.read(file).properties().forEach(member -> {
            JsonNode mean = member.getValue().path("mean");
            JsonNode deviation = member.getValue().path("deviation");
            CheckpointException.check(
                    mean.isNumber() && deviation.isNumber(),
                    file,
                    "scale of " + member.getKey(),
                    member.getValue(),
                    "must have the numbers mean and deviation",
                    "write the file with RewardScales.write");
            scales.put(member.getKey(), new RewardScale(mean.doubleValue(), deviation.doubleValue()));
        });
        return new RewardScales(scales);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ofMembers.forEach(
                (name, scale) -> json.putObject(name).put("mean", scale.mean()).put("deviation", scale.deviation()));
        return json;
    }
}
