/** The command {@code jacquard}. Backends are found at run time; none is named here. */
module dev.jacquard.cli {
  requires com.github.weisj.jsvg;
  requires dev.jacquard.api;
  requires dev.jacquard.fmnist;
  requires dev.jacquard.tck;
  requires info.picocli;
  requires java.desktop;
  requires jdk.httpserver;
  requires tools.jackson.databind;

  exports dev.jacquard.cli;

  opens dev.jacquard.cli to
      info.picocli;
  opens dev.jacquard.cli.command to
      info.picocli;
  opens dev.jacquard.cli.option to
      info.picocli;
}
