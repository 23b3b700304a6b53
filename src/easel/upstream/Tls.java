package easel.upstream;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** TLS over a connection that stands, to a far side that proves its name. */
final class Tls {
  static {
    // else the JDK takes a TLS connection that was cut for one that was ended, and an answer that ends with its
    // connection would be whole wherever it was cut; read when the first TLS socket of the process is made
    System.setProperty("com.sun.net.ssl.requireCloseNotify", "true");
  }

  private final Supplier<SSLContext> context;

  Tls(Supplier<SSLContext> context) {
    this.context = context;
  }

  /** Whoever bounds it in time closes the connection below: closing the TLS socket would wait for a blocked write. */
  SSLSocket over(Socket below, String host, int port) throws IOException {
    var socket = (SSLSocket) context.get().getSocketFactory().createSocket(below, host, port, true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** What went wrong, as words to put behind a colon. */
  static String words(IOException e) {
    return badCertificate(e) ? "its certificate is not trusted, not valid now or for another name" : "no TLS";
  }

  static boolean badCertificate(Throwable e) {
    for (var cause = e; cause != null; cause = cause.getCause()) if (cause instanceof CertificateException) return true;
    return false;
  }
}
