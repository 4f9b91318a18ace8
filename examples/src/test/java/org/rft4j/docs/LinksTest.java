package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every link of the documentation leads somewhere, and every page of {@code docs} is led to. Nothing is asked of a network. */
class LinksTest {
    private static final Path ROOT = SnippetsTest.ROOT;
    private static final Path INDEX = ROOT.resolve("docs/README.md");

    @TempDir
    private Path folder;

    @Test
    void everyLinkLeadsSomewhere() {
        List<Path> pages = pages();
        assertThat(pages).contains(ROOT.resolve("README.md"), INDEX).hasSizeGreaterThan(25);
        assertThat(pages.stream()
                        .flatMap(page -> MarkdownPage.read(page).brokenLinks().stream())
                        .toList())
                .as("links that lead nowhere")
                .isEmpty();
    }

    @Test
    void everyPageIsLedTo() {
        Set<Path> reached = new TreeSet<>(Set.of(INDEX, ROOT.resolve("README.md")));
        Deque<Path> next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            MarkdownPage.read(next.pop()).files().stream()
                    .filter(file -> file.toString().endsWith(".md") && Files.exists(file) && reached.add(file))
                    .forEach(next::add);
        }
        assertThat(markdown(ROOT.resolve("docs")).stream()
                        .filter(page -> !reached.contains(page))
                        .toList())
                .as("pages that neither README.md nor docs/README.md leads to")
                .isEmpty();
    }

    @Test
    void anchorsAreThoseOfGitHub() {
        assertThat(MarkdownPage.anchor("A reward never fires, fails or hangs"))
                .isEqualTo("a-reward-never-fires-fails-or-hangs");
        assertThat(MarkdownPage.anchor("What `skipSilent` does: [see](there.md)"))
                .isEqualTo("what-skipsilent-does-see");
        assertThat(MarkdownPage.anchor("[N,T]")).isEqualTo("nt");
        assertThat(MarkdownPage.anchor("21. Decisions -- under_scores")).isEqualTo("21-decisions----under_scores");
    }

    @Test
    void aBrokenLinkIsFound() throws IOException {
        Files.writeString(folder.resolve("other.md"), "# One\n\n# One\n\n```\n# no heading\n```\n");
        Path page = folder.resolve("page.md");
        Files.writeString(
                page,
                String.join(
                        "\n",
                        "# Here",
                        "[a](other.md#one) [b](other.md#one-1) [c](#here) [d](https://example.org/x?y=1#z)",
                        "`[code](nowhere.md)` ![picture](missing.png)",
                        "```",
                        "[code](nowhere.md)",
                        "```",
                        "[e](other.md#no-heading) [f](#there) [g](http://example.org) [h](https://exa mple.org) [i](gone/)"));
        assertThat(MarkdownPage.read(page).brokenLinks())
                .containsExactly(
                        "page.md:3: missing.png does not exist",
                        "page.md:7: other.md has no heading #no-heading",
                        "page.md:7: page.md has no heading #there",
                        "page.md:7: http://example.org is no address that begins with https://",
                        "page.md:7: https://exa mple.org is no address that begins with https://",
                        "page.md:7: gone/ does not exist");
    }

    /** All pages that a reader may meet. */
    private static List<Path> pages() {
        List<Path> pages = new ArrayList<>();
        for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
            pages.add(ROOT.resolve(name));
        }
        pages.addAll(markdown(ROOT.resolve("docs")));
        pages.addAll(markdown(ROOT.resolve("examples")));
        return pages;
    }

    private static List<Path> markdown(Path under) {
        try (Stream<Path> all = Files.walk(under)) {
            return all.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !under.relativize(file).toString().contains("target"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
