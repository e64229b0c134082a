package dev.jacquard.benchmarks.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One connection that is kept, over which pictures are sent and answers read, one after the other.
 * Plainer than the JDK's client, since it shares the processors with what it measures.
 */
final class Client implements AutoCloseable {
  private static final int MOST_MILLISECONDS = 30_000;
  private static final int MOST_HEAD_BYTES = 1 << 14;

  private final Socket socket;
  private final InputStream in;
  private final byte[] head = new byte[MOST_HEAD_BYTES];

  Client(int port) throws IOException {
    // By its bytes, so that no other machine can ever be put under load.
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    socket = new Socket(loopback, port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(MOST_MILLISECONDS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** The bytes of a request for the prediction of a picture. */
  static byte[] request(int port, byte[] png) {
    byte[] lines =
        ("POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1:"
                + port
                + "\r\nContent-Type: image/png\r\nContent-Length: "
                + png.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = Arrays.copyOf(lines, lines.length + png.length);
    System.arraycopy(png, 0, whole, lines.length, png.length);
    return whole;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @return the answer's body
   * @throws IOException if there is none, or another status than 200
   */
  byte[] send(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    String text = head();
    String status = text.substring(0, text.indexOf('\r'));
    byte[] body = in.readNBytes(length(text));
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(status + ": " + new String(body, StandardCharsets.UTF_8));
    }
    return body;
  }

  private String head() throws IOException {
    int count = 0;
    while (count < 4
        || head[count - 4] != '\r'
        || head[count - 3] != '\n'
        || head[count - 2] != '\r'
        || head[count - 1] != '\n') {
      int next = in.read();
      if (next < 0 || count == head.length) {
        throw new IOException("the connection ended after " + count + " bytes of an answer");
      }
      head[count++] = (byte) next;
    }
    return new String(head, 0, count, StandardCharsets.ISO_8859_1);
  }

  private static int length(String head) throws IOException {
    String name = "\r\ncontent-length: ";
    int at = head.toLowerCase(Locale.ROOT).indexOf(name);
    if (at < 0) {
      throw new IOException("an answer without a length");
    }
    return Integer.parseInt(head.substring(at + name.length(), head.indexOf('\r', at + 2)).strip());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
