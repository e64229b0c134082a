package dev.jacquard.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** This program's version, from its jar. */
public final class Version implements IVersionProvider {
  private static final String UNKNOWN = "unknown";

  /** As in the jar; {@code development} where classes are not in a jar. */
  public static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /**
   * The commit that the jar was built of, with {@code -dirty} behind it if files were changed;
   * {@code unknown} where the build was not told.
   */
  public static String commit() {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      return UNKNOWN;
    }
    return build.getProperty("commit", UNKNOWN);
  }

  @Override
  public String[] getVersion() {
    return new String[] {"jacquard " + current(), "Java " + Runtime.version()};
  }
}
