package dev.jacquard.cli.serve;

import dev.jacquard.cli.run.FileNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The run folders within one folder, and nothing else of the disk. A name from outside is compared
 * with the names that are there, and never made a part of a path; what a symbolic link leads to
 * outside of the folder is not there.
 */
final class RunShelf {
  private final Path folder;

  /** A shelf; the folder may still come to be. */
  RunShelf(Path folder) {
    this.folder = folder;
  }

  /**
   * What a file is known by, without a look into it. Two that replace each other within a tick of
   * the file system's clock differ in their keys, where it has keys.
   */
  record Stamp(long modified, long size, Optional<Object> key) {}

  /** As its user knows it. */
  Path folder() {
    return folder;
  }

  /** The names of the run folders, in no order. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith(".")
            && isWithin(entry)
            && stamp(entry.resolve(FileNames.NETWORK)).isPresent()) {
          names.add(name);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // It is not there, or no longer: a shelf without runs.
      return List.of();
    }
    return names;
  }

  /** The run folder of this name, if there is one. */
  Optional<Path> find(String name) {
    return names().stream().filter(name::equals).findFirst().map(folder::resolve);
  }

  private boolean isWithin(Path entry) throws IOException {
    return Files.isDirectory(entry)
        && (!Files.isSymbolicLink(entry) || entry.toRealPath().startsWith(folder.toRealPath()));
  }

  /** The stamp of a file of a run; empty if it is not a file, or a link to one. */
  static Optional<Stamp> stamp(Path file) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile()
          ? Optional.of(
              new Stamp(
                  attributes.lastModifiedTime().toMillis(),
                  attributes.size(),
                  Optional.ofNullable(attributes.fileKey())))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What is in a file of a run; empty if it is not there, is a link, or is larger than this. */
  static Optional<byte[]> read(Path file, int mostBytes) {
    if (stamp(file).filter(known -> known.size() <= mostBytes).isEmpty()) {
      return Optional.empty();
    }
    try (SeekableByteChannel channel =
            Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        InputStream in = Channels.newInputStream(channel)) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      return bytes.length <= mostBytes ? Optional.of(bytes) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
