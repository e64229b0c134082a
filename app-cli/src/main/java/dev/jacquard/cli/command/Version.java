package dev.jacquard.cli.command;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** This program's version, from its jar. */
public final class Version implements IVersionProvider {
  /** As in the jar; {@code development} where classes are not in a jar. */
  public static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"jacquard " + current(), "Java " + Runtime.version()};
  }
}
