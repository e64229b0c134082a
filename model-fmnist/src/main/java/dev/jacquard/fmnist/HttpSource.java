package dev.jacquard.fmnist;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The files behind a URL, as {@code NAME.gz}.
 *
 * @param base ends with a slash
 * @param silence how long connecting may take, and how long the server may send nothing
 * @param limit how long one file may take in all
 */
record HttpSource(URI base, Duration silence, Duration limit) implements Source {
  // The largest of the four files takes 26 MB.
  private static final long MAX_BYTES = 64L << 20;

  /** The data set's own repository. */
  static HttpSource upstream() {
    return new HttpSource(
        URI.create(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
        Duration.ofSeconds(5),
        Duration.ofMinutes(10));
  }

  @Override
  public String title() {
    return base.getHost();
  }

  @Override
  public void fetchInto(Path folder) throws IOException {
    for (String name : FashionMnist.files()) {
      String compressed = name + ".gz";
      try {
        download(base.resolve(compressed), folder.resolve(compressed));
      } catch (UnknownHostException e) {
        throw new IOException("the host is unknown", e);
      } catch (SocketTimeoutException e) {
        throw new IOException("no answer within " + silence.toMillis() + " ms", e);
      }
    }
  }

  // HttpURLConnection rather than HttpClient: its time-out holds for each read of the body too.
  private void download(URI source, Path file) throws IOException {
    long start = System.nanoTime();
    HttpURLConnection connection = (HttpURLConnection) source.toURL().openConnection();
    connection.setConnectTimeout((int) silence.toMillis());
    connection.setReadTimeout((int) silence.toMillis());
    try {
      int status = connection.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException(
            file.getFileName() + ": expected HTTP status 200, received " + status);
      }
      try (InputStream in = connection.getInputStream();
          OutputStream out = Files.newOutputStream(file)) {
        copy(file, in, out, start);
      }
    } finally {
      connection.disconnect();
    }
  }

  private void copy(Path file, InputStream in, OutputStream out, long start) throws IOException {
    byte[] block = new byte[1 << 16];
    long total = 0;
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      total += read;
      if (total > MAX_BYTES) {
        throw new IOException(
            file.getFileName() + ": expected at most " + MAX_BYTES + " bytes, received more");
      }
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new IOException(file.getFileName() + ": took more than " + limit.toSeconds() + " s");
      }
      out.write(block, 0, read);
    }
  }
}
