package org.rft4j.rollout.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server on loopback that does to each request what a script says, whether HTTP allows it or not. After its script it closes the
 * connection, unless the script keeps it.
 */
public final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listening;
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * A request as it came.
     *
     * @param number how many came before it
     * @param head first line and headers
     * @param body what followed
     */
    public record Request(int number, String head, String body) {
        /**
         * The path.
         *
         * @return from the first line
         */
        public String path() {
            return head.split(" ")[1];
        }
    }

    /** Answers a request. */
    @FunctionalInterface
    public interface Script {
        /**
         * Answers.
         *
         * @param request the request
         * @param client the connection to the client
         * @return whether another request may come over the same connection
         * @throws Exception if it breaks the connection off
         */
        boolean answer(Request request, Client client) throws Exception;
    }

    /** The connection to a client. */
    public static final class Client {
        private final InputStream in;
        private final OutputStream out;

        Client(InputStream in, OutputStream out) {
            this.in = in;
            this.out = out;
        }

        /**
         * Sends text as it stands.
         *
         * @param text the text
         * @throws IOException if the client has gone
         */
        public void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        /**
         * Sends a whole response.
         *
         * @param status status and reason
         * @param type the content type
         * @param body the body
         * @return true, another request may come
         * @throws IOException if the client has gone
         */
        public boolean respond(String status, String type, String body) throws IOException {
            send("HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
            return true;
        }

        /**
         * Waits until the client closes the connection.
         *
         * @throws IOException if it breaks it
         */
        public void awaitEnd() throws IOException {
            while (in.read() >= 0) {
                // nothing should come
            }
        }
    }

    private ScriptedServer(Script script) throws IOException {
        this.script = script;
        this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    }

    /**
     * Starts a server.
     *
     * @param script what it does
     * @return the server
     */
    public static ScriptedServer start(Script script) {
        try {
            ScriptedServer server = new ScriptedServer(script);
            server.threads.execute(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where it listens.
     *
     * @return with the path /v1
     */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/v1");
    }

    /**
     * What came so far.
     *
     * @return requests in order
     */
    public List<Request> requests() {
        return requests;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Client client = new Client(in, socket.getOutputStream());
            boolean more = true;
            while (more) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                Request request;
                synchronized (this) {
                    request = new Request(requests.size(), head, body(in, head));
                    requests.add(request);
                }
                more = script.answer(request, client);
            }
        } catch (Exception e) {
            // the script or the client broke it off
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static String body(InputStream in, String head) throws IOException {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                int length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
                return new String(in.readNBytes(length), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
