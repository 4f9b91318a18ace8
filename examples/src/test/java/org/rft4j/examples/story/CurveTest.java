package org.rft4j.examples.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.examples.story.Curve.Point;

/** A curve is what the log says: evaluations behind the rounds that were trained before them. */
class CurveTest {
    private static final List<String> LOG = List.of(
            "{\"evaluation\":\"gold\",\"step\":0,\"metrics\":{\"eval_gold_reward\":0.25}}",
            "{\"evaluation\":\"proxy\",\"step\":0,\"metrics\":{\"eval_proxy_reward\":-1.2}}",
            "{\"step\":1,\"round\":0,\"metrics\":{\"reward\":0.5}}",
            "{\"step\":2,\"round\":0,\"metrics\":{}}",
            "{\"step\":3,\"round\":3,\"metrics\":{\"reward\":0.5}}",
            "{\"evaluation\":\"gold\",\"step\":3,\"metrics\":{\"eval_gold_reward\":0.75}}");

    @TempDir
    Path folder;

    @Test
    void readsOneEvaluation() throws IOException {
        Curve gold = curve();
        assertThat(gold.points()).containsExactly(new Point(0, 0.25), new Point(4, 0.75));
        assertThat(gold.start()).isEqualTo(0.25);
        assertThat(gold.end()).isEqualTo(0.75);
    }

    @Test
    void isWrittenAsTableAndPicture() throws IOException {
        Curve.write(folder, "A title", List.of(curve(), new Curve("proxy", 2, List.of(new Point(0, -1.2)))));
        assertThat(folder.resolve("curves.csv"))
                .hasContent("curve,seed,round,held_out_reward\ngold,2,0,0.2500\ngold,2,4,0.7500\nproxy,2,0,-1.2000\n");
        // The axis goes from -1.5 to 1 over 240 pixels from 34 on, so that 0.25 is at 106 and 0.75 at 58.
        assertThat(folder.resolve("curves.svg"))
                .content()
                .contains("A title", ">-1.5<", ">1.0<", "points=\"40.0,106.0 520.0,58.0\"", ">proxy<");
    }

    private Curve curve() throws IOException {
        Files.write(folder.resolve("metrics.jsonl"), LOG);
        return Curve.read("gold", 2, folder, "gold");
    }
}
