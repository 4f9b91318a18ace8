package org.rft4j.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Headings and links of a page as GitHub shows it. Code has neither. */
final class MarkdownPage {
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");
    private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");
    private static final Pattern SPAN_OF_CODE = Pattern.compile("`[^`]*`");
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*");
    private static final Pattern LINKED_TEXT = Pattern.compile("\\[([^\\]]*)]\\([^)]*\\)");

    private final Path file;
    private final Set<String> anchors = new HashSet<>();
    private final List<Link> links = new ArrayList<>();

    private record Link(int line, String target) {}

    private MarkdownPage(Path file, List<String> lines) {
        this.file = file;
        Map<String, Integer> times = new HashMap<>();
        boolean inCode = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.strip().startsWith("```")) {
                inCode = !inCode;
            } else if (!inCode && !line.startsWith("    ")) {
                take(line, i + 1, times);
            }
        }
    }

    static MarkdownPage read(Path file) {
        try {
            return new MarkdownPage(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(String line, int number, Map<String, Integer> times) {
        Matcher heading = HEADING.matcher(line);
        if (heading.matches()) {
            String anchor = anchor(heading.group(1));
            int before = times.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        LINK.matcher(SPAN_OF_CODE.matcher(line).replaceAll("code"))
                .results()
                .forEach(link -> links.add(new Link(number, link.group(1))));
    }

    /** Lower case; all but letters, digits, dashes and underscores goes; a blank becomes a dash. */
    static String anchor(String heading) {
        String text = LINKED_TEXT.matcher(heading.strip()).replaceAll("$1");
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    /** The files that the page leads to, whether they exist or not. */
    List<Path> files() {
        return links.stream()
                .filter(link -> !isAbsolute(link.target))
                .map(link -> fileOf(link.target))
                .toList();
    }

    List<String> brokenLinks() {
        return links.stream()
                .flatMap(link ->
                        problem(link.target).map(what -> file.getFileName() + ":" + link.line + ": " + what).stream())
                .toList();
    }

    private Optional<String> problem(String target) {
        if (isAbsolute(target)) {
            return isSound(target)
                    ? Optional.empty()
                    : Optional.of(target + " is no address that begins with https://");
        }
        Path there = fileOf(target);
        if (!Files.exists(there)) {
            return Optional.of(target + " does not exist");
        }
        int at = target.indexOf('#');
        if (at < 0 || !there.toString().endsWith(".md")) {
            return Optional.empty();
        }
        MarkdownPage page = there.equals(file) ? this : read(there);
        String anchor = target.substring(at + 1);
        return page.anchors.contains(anchor)
                ? Optional.empty()
                : Optional.of(there.getFileName() + " has no heading #" + anchor);
    }

    private Path fileOf(String target) {
        String path = target.replaceFirst("#.*", "");
        return path.isEmpty() ? file : file.resolveSibling(path).normalize();
    }

    private static boolean isAbsolute(String target) {
        return SCHEME.matcher(target).matches();
    }

    private static boolean isSound(String address) {
        try {
            URI uri = new URI(address);
            return "https".equals(uri.getScheme()) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
