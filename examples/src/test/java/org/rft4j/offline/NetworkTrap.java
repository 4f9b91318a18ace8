package org.rft4j.offline;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Closes the three doors by which Java code reaches a network - URLs, sockets and channels - and writes down who knocked.
 * It serves as the JVM's channel provider, hence a public class with a public constructor.
 */
public final class NetworkTrap extends SelectorProvider {
    private static final List<String> ATTEMPTS = new CopyOnWriteArrayList<>();

    /** Called by the JVM, for the system property that {@link #install} sets. */
    public NetworkTrap() {}

    static void install() throws IOException {
        System.setProperty("java.nio.channels.spi.SelectorProvider", NetworkTrap.class.getName());
        URL.setURLStreamHandlerFactory(
                protocol -> List.of("http", "https", "ftp").contains(protocol) ? new RefusingHandler() : null);
        setSocketFactory();
    }

    static List<String> attempts() {
        return ATTEMPTS;
    }

    @SuppressWarnings("deprecation") // the only door to plain sockets that needs no agent
    private static void setSocketFactory() throws IOException {
        Socket.setSocketImplFactory(RefusingSocket::new);
    }

    private static IOException refuse(String what) {
        ATTEMPTS.add(what);
        return new IOException("refused by the test: " + what);
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        throw refuse("channel");
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        throw refuse("channel");
    }

    @Override
    public Pipe openPipe() throws IOException {
        throw refuse("channel");
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        throw refuse("channel");
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        throw refuse("channel");
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        throw refuse("channel");
    }

    private static final class RefusingHandler extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) throws IOException {
            throw refuse("url " + url);
        }

        @Override
        protected URLConnection openConnection(URL url, Proxy proxy) throws IOException {
            throw refuse("url " + url);
        }
    }

    private static final class RefusingSocket extends SocketImpl {
        @Override
        protected void create(boolean stream) {
            fd = new FileDescriptor();
        }

        @Override
        protected void connect(String host, int port) throws IOException {
            throw refuse("socket " + host + ":" + port);
        }

        @Override
        protected void connect(InetAddress address, int port) throws IOException {
            throw refuse("socket " + address + ":" + port);
        }

        @Override
        protected void connect(SocketAddress address, int timeout) throws IOException {
            throw refuse("socket " + address);
        }

        @Override
        protected void bind(InetAddress host, int port) {}

        @Override
        protected void listen(int backlog) {}

        @Override
        protected void accept(SocketImpl s) throws IOException {
            throw refuse("socket accept");
        }

        @Override
        protected InputStream getInputStream() {
            return InputStream.nullInputStream();
        }

        @Override
        protected OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        protected int available() {
            return 0;
        }

        @Override
        protected void close() {}

        @Override
        protected void sendUrgentData(int data) {}

        @Override
        public void setOption(int optID, Object value) {}

        @Override
        public Object getOption(int optID) {
            return 0;
        }
    }
}
