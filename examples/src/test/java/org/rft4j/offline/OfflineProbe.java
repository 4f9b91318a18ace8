package org.rft4j.offline;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.channels.SocketChannel;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;

/** Runs in a JVM of its own: does one thing behind the {@link NetworkTrap} and prints every attempt to get out. */
public final class OfflineProbe {
    private OfflineProbe() {}

    /**
     * Does what the first argument names.
     *
     * @param args engine, djl, url, socket, channel or client
     * @throws IOException if the trap cannot be set
     */
    public static void main(String[] args) throws IOException {
        NetworkTrap.install();
        try {
            run(args[0]);
        } catch (IOException | RuntimeException | Error e) {
            System.out.println("failed: " + e);
        }
        NetworkTrap.attempts().forEach(attempt -> System.out.println("attempt: " + attempt));
    }

    private static void run(String what) throws IOException {
        switch (what) {
            case "engine" -> {
                try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                        NDArray sum = engine.manager().create(1f).add(2f)) {
                    System.out.println("PyTorch says " + sum.getFloat());
                }
            }
            case "djl" -> {
                try (NDManager manager = Engine.getInstance().newBaseManager()) {
                    System.out.println("PyTorch on " + manager.getDevice());
                }
            }
            case "url" -> URI.create("https://localhost/x").toURL().openStream().close();
            case "socket" -> new Socket(InetAddress.getLoopbackAddress(), 9).close();
            case "channel" ->
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9))
                        .close();
            case "client" -> HttpClient.newHttpClient();
            default -> throw new IllegalArgumentException(what);
        }
    }
}
