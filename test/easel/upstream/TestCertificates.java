package easel.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/** An authority of our own and certificates signed by it, made by the keytool of the JDK that runs the tests. */
final class TestCertificates {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path folder;
  /** Names that clients asked the servers of {@link #server} for. */
  final List<String> namesAsked = new CopyOnWriteArrayList<>();

  TestCertificates(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    keytool("ca", "-genkeypair", "-dname", "CN=Test authority", "-ext", "bc:c");
    var running = new ArrayList<Process>();
    for (var name : List.of("good", "other", "expired")) {
      Files.copy(folder.resolve("ca.p12"), folder.resolve(name + ".p12"));
      var host = name.equals("other") ? "dns:other.test" : "dns:good.test,ip:127.0.0.1";
      var args = new ArrayList<>(List.of("-genkeypair", "-signer", "ca", "-dname", "CN=Test", "-ext", "san=" + host));
      if (name.equals("expired")) args.addAll(List.of("-startdate", "-3d", "-validity", "1"));
      running.add(start(name, args.toArray(String[]::new)));
    }
    for (var process : running) finish(process);
  }

  /** A server with the certificate {@code good} (for good.test and 127.0.0.1), {@code other} or {@code expired}. */
  SSLContext server(String name) throws IOException, GeneralSecurityException {
    var keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store(name), PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {new Recording((X509ExtendedKeyManager) keys.getKeyManagers()[0], name)}, null, null);
    return context;
  }

  /** A client's side that trusts our authority alone. */
  SSLContext client() throws IOException, GeneralSecurityException {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", store("ca").getCertificate("ca"));
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private KeyStore store(String name) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD);
      return store;
    }
  }

  private void keytool(String name, String... args) throws IOException, InterruptedException {
    finish(start(name, args));
  }

  private Process start(String name, String... args) throws IOException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-J-XX:TieredStopAtLevel=1", "-keystore", folder.resolve(name + ".p12").toString(), "-storetype", "PKCS12",
        "-storepass", new String(PASSWORD), "-alias", name, "-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void finish(Process process) throws IOException, InterruptedException {
    var said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) throw new IOException("keytool: " + said);
  }

  /** Hands out one certificate and writes down which name was asked for. */
  private final class Recording extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager keys;
    private final String alias;

    Recording(X509ExtendedKeyManager keys, String alias) {
      this.keys = keys;
      this.alias = alias;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      var session = (ExtendedSSLSession) ((SSLSocket) socket).getHandshakeSession();
      session.getRequestedServerNames().forEach(name -> namesAsked.add(name.toString()));
      return keyType.equals("EC") ? alias : null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {alias};
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String name) {
      return keys.getCertificateChain(name);
    }

    @Override
    public PrivateKey getPrivateKey(String name) {
      return keys.getPrivateKey(name);
    }
  }
}
