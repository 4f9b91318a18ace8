package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Java in the documentation stands in a test too, so that it compiles and runs. Blanks and comments may differ. */
class SnippetsTest {
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINE_COMMENT = Pattern.compile("//[^\\n]*");
    static final Path ROOT = root();

    @ParameterizedTest
    @CsvSource({
        "docs/algorithms.md, TrainingPageTest",
        "docs/checkpoints.md, CheckpointsPageTest",
        "docs/data.md, DataPageTest",
        "docs/episodes.md, EpisodesPageTest",
        "docs/examples.md, ExamplesPageTest",
        "docs/feedback.md, FeedbackPageTest",
        "docs/memory.md, MemoryPageTest",
        "docs/migration-from-trl.md, MigrationPageTest",
        "docs/models.md, ModelsPageTest",
        "docs/notebooks.md, NotebooksPageTest",
        "docs/policies.md, PoliciesPageTest",
        "docs/remote.md, RemotePageTest",
        "docs/rewards.md, RewardsPageTest",
        "docs/rollout.md, RolloutPageTest",
        "docs/selection-and-replay.md, SelectionPageTest",
        "docs/tokenizers-and-chat.md, TokenizersPageTest",
        "docs/training.md, TrainingPageTest"
    })
    void everySnippetIsInATest(String page, String test) throws IOException {
        String code = bare(Files.readString(ROOT.resolve("examples/src/test/java/org/rft4j/docs/" + test + ".java")));
        List<String> snippets = snippets(Files.readString(ROOT.resolve(page)));
        assertThat(snippets).isNotEmpty();
        for (String snippet : snippets) {
            assertThat(code.contains(opened(snippet)))
                    .as("%s has this code: %n%s", test, snippet)
                    .isTrue();
        }
    }

    @Test
    void blanksAndCommentsMayDifferAndNothingElse() {
        assertThat(bare("int a = 1; // one\nint b;")).isEqualTo(bare("int a =\n    1;\nint b;"));
        assertThat(bare("int a = 1;")).isNotEqualTo(bare("int a = 2;"));
        assertThat(opened("if (a) {\n    b();\n}\n")).isEqualTo("if(a){b();");
        assertThat(snippets("x\n```java\ny;\n```\nz\n```\nw\n```\n")).containsExactly("y;\n");
    }

    private static List<String> snippets(String page) {
        return BLOCK.matcher(page).results().map(SnippetsTest::first).toList();
    }

    private static String first(MatchResult match) {
        return match.group(1);
    }

    /** Tests assert inside the last braces. */
    private static String opened(String snippet) {
        return bare(snippet).replaceAll("}+$", "");
    }

    private static String bare(String code) {
        return LINE_COMMENT.matcher(code).replaceAll("").replaceAll("\\s+", "");
    }

    private static Path root() {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            if (Files.exists(p.resolve("docs/models.md"))) {
                return p;
            }
        }
        throw new IllegalStateException("no folder above " + Path.of("").toAbsolutePath() + " holds docs/models.md");
    }
}
