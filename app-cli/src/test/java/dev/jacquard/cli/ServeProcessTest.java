package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} in a JVM of its own: clients that take their time, and Ctrl-C. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill")
class ServeProcessTest {
  @TempDir Path folder;

  @Test
  void slowClientsAreCutOffAndCtrlCEndsIt() throws Exception {
    // A second for a request to arrive, that the test need not wait for twenty.
    Process process = start("-Dsun.net.httpserver.maxReqTime=1");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      assertTrue(line.startsWith("Serving on http://127.0.0.1:"), line);
      int port = URI.create(line.substring("Serving on ".length())).getPort();
      assertIsCutOff(port, "");
      assertIsCutOff(port, "GET / HTTP/1.1\r\nHo");
      assertIsCutOff(
          port,
          "POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1:"
              + port
              + "\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\nonly this");
      CommandProcess.interrupt(process);
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
      assertEquals(130, process.exitValue());
      assertThrows(
          ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
      String rest = out.lines().reduce("", String::concat);
      assertEquals("", rest);
      String err = Files.readString(folder.resolve("err"));
      assertTrue(err.endsWith("Ending. Ctrl-C again ends at once.\n"), err);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Politely or, where the server has not come to read what was sent, by a reset. */
  private static void assertIsCutOff(int port, String beginning) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(120_000);
      try {
        socket.getOutputStream().write(beginning.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(-1, socket.getInputStream().read());
      } catch (SocketException e) {
        assertEquals("Connection reset", e.getMessage());
      }
    }
  }

  private Process start(String property) throws IOException {
    List<String> arguments = List.of("serve", "--port", "0", "--runs", folder.toString());
    return new ProcessBuilder(CommandProcess.command(List.of(property), arguments))
        .redirectError(folder.resolve("err").toFile())
        .start();
  }
}
