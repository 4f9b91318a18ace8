package org.rft4j.publishing;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Reads poms as they are written. */
final class Poms {
    /** What Maven Central asks of a pom, besides its coordinates. */
    private static final List<String> REQUIRED = List.of(
            "name",
            "description",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "scm/connection",
            "scm/developerConnection",
            "scm/url");

    private Poms() {}

    /** The folder above the module in which the tests run. */
    static Path root() {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            if (Files.isDirectory(p.resolve("engine-cuda")) && Files.exists(p.resolve("pom.xml"))) {
                return p;
            }
        }
        throw new IllegalStateException("no folder above " + Path.of("").toAbsolutePath() + " holds engine-cuda");
    }

    static Document read(Path pom) {
        try {
            return parse(Files.readString(pom));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Document parse(String pom) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(pom)));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalArgumentException(pom, e);
        }
    }

    /** Folders of modules whose pom does not turn publishing off. */
    static List<Path> published() {
        return Stream.of(texts(read(root().resolve("pom.xml")), "/project/modules/module"))
                .map(root()::resolve)
                .filter(module -> !text(read(module.resolve("pom.xml")), "/project/properties/maven.deploy.skip")
                        .equals("true"))
                .toList();
    }

    static String artifact(Path module) {
        return text(read(module.resolve("pom.xml")), "/project/artifactId");
    }

    static boolean isPom(Path module) {
        return text(read(module.resolve("pom.xml")), "/project/packaging").equals("pom");
    }

    /** Paths of what Maven Central asks for and this pom does not say. */
    static List<String> missing(Document pom) {
        return REQUIRED.stream()
                .filter(path -> text(pom, "/project/" + path).isEmpty())
                .toList();
    }

    /** The first text at a path, or an empty one. */
    static String text(Node from, String path) {
        String[] all = texts(from, path);
        return all.length == 0 ? "" : all[0];
    }

    static String[] texts(Node from, String path) {
        return nodes(from, path).map(Node::getTextContent).map(String::strip).toArray(String[]::new);
    }

    static Stream<Node> nodes(Node from, String path) {
        try {
            NodeList found =
                    (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, from, XPathConstants.NODESET);
            return IntStream.range(0, found.getLength()).mapToObj(found::item);
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(path, e);
        }
    }
}
