package dev.jacquard.cli.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the arguments of a command line mean. */
class SourcesTest {
  @TempDir Path folder;

  /** A pipe may have no end; a socket stands for it here, which needs no program to make. */
  @Test
  void aFolderGivesItsFilesAlone() throws IOException {
    Path file = Files.writeString(folder.resolve("b.png"), "text");
    Told told = new Told(new ArrayList<>());
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(folder.resolve("a")));
      assertEquals(
          List.of(new Source.File(file, false)),
          Sources.find(List.of(folder), Shape.of(28, 28, 1), told));
    }
    assertEquals(List.of(), told.lines());
  }

  private record Told(List<String> lines) implements Troubles {
    @Override
    public void failed(JacquardException failure) {
      lines.add(failure.getMessage());
    }

    @Override
    public void skipped(String file, String received) {
      lines.add(file);
    }

    @Override
    public void notEntered(String folder) {
      lines.add(folder);
    }
  }
}
