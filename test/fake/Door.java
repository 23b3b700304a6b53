package fake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A port of this machine: each caller is served on a thread of its own, until the caller goes or the door is shut. */
final class Door implements AutoCloseable {
  private static final int CROWD = 4096;
  private static final int PATIENCE_S = 10;

  /** Serves one caller, whose connection is closed afterwards; an {@link IOException}: the caller went away. */
  interface Host {
    void serve(Socket caller) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final ExecutorService threads;
  private final Host host;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private Door(ServerSocket listener, ExecutorService threads, Host host) {
    this.listener = listener;
    this.threads = threads;
    this.host = host;
  }

  /** For a crowd, at this port; 0: any free one. Also where another door was just shut. */
  static Door at(int port, String name, Host host) throws IOException {
    var listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CROWD);
    // Before 24 a virtual thread that blocks in a monitor holds its carrier, and tests have two of those.
    var threads = Runtime.version().feature() >= 24 ? Executors.newVirtualThreadPerTaskExecutor() : platform(name);
    return open(listener, threads, name, host);
  }

  /** Of any kind. */
  static Door behind(ServerSocket listener, String name, Host host) {
    return open(listener, platform(name), name, host);
  }

  private static ExecutorService platform(String name) {
    return Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name(name + "-", 1).factory());
  }

  private static Door open(ServerSocket listener, ExecutorService threads, String name, Host host) {
    var door = new Door(listener, threads, host);
    Thread.ofPlatform().daemon().name(name + "-door").start(door::accept);
    return door;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The address where it is. */
  String host() {
    return listener.getInetAddress().getHostAddress();
  }

  /** Connections that are open now. */
  int callers() {
    return open.size();
  }

  /** Closes this connection too when the door is shut. */
  void keep(Socket socket) {
    open.add(socket);
  }

  /** Does this beside, as long as the door is open. */
  void start(Runnable work) {
    if (!listener.isClosed()) threads.execute(work);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        admit(listener.accept());
      } catch (IOException e) {
        if (!listener.isClosed()) throw new IllegalStateException(e);
      }
    }
  }

  private void admit(Socket caller) throws IOException {
    open.add(caller);
    try {
      threads.execute(() -> serve(caller));
    } catch (RejectedExecutionException shut) {
      caller.close();
    }
  }

  private void serve(Socket caller) {
    try (caller) {
      if (listener.isClosed()) return;
      caller.setTcpNoDelay(true);
      host.serve(caller);
    } catch (IOException gone) {
      // What it had bought stays in the ledger, as it would in real life.
    } catch (InterruptedException shut) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(caller);
    }
  }

  /** Lets nobody in, and ends the connections there are. */
  void shut() throws IOException {
    listener.close();
    for (var caller : open) caller.close();
  }

  /** Waits for those who are still served. */
  void empty() throws InterruptedException {
    threads.shutdown();
    threads.awaitTermination(PATIENCE_S, TimeUnit.SECONDS);
  }

  /** At once. */
  @Override
  public void close() {
    try {
      shut();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    threads.shutdownNow();
  }
}
