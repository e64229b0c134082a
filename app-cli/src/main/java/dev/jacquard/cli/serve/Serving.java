package dev.jacquard.cli.serve;

import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.http.Limits;
import dev.jacquard.cli.http.LoopbackServer;
import dev.jacquard.cli.http.Route;
import dev.jacquard.cli.run.FileNames;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The page, served. */
public final class Serving implements AutoCloseable {
  private final PageFiles page = new PageFiles();
  private final Runs runs;
  private final Predicting predicting;
  private final LoopbackServer server;

  private Serving(int port, Path folder, CurrentModel model) {
    runs = new Runs(new RunShelf(folder));
    predicting = new Predicting(model);
    server = LoopbackServer.start(port, this::find, Limits.standard());
    predicting.warmUp();
  }

  /**
   * Starts to serve.
   *
   * @param port of 127.0.0.1; 0 for any that is free
   * @param folder of the runs
   * @param model stays the caller's
   * @throws dev.jacquard.error.JacquardException if the port cannot be had
   */
  public static Serving start(int port, Path folder, CurrentModel model) {
    return new Serving(port, folder, model);
  }

  private Optional<Route> find(List<String> path) {
    String first = path.get(0);
    int length = path.size();
    if (length == 1) {
      return page.find(first).map(reply -> new Route.Get(request -> reply));
    }
    String second = path.get(1);
    if (first.equals("api") && length == 2) {
      return Optional.ofNullable(
          switch (second) {
            case "model" -> new Route.Get(request -> predicting.model(waiting()));
            case "predict" ->
                new Route.Upload("a picture", Predicting.MOST_BYTES, predicting::predict);
            case "runs" -> new Route.Get(request -> runs.list());
            default -> null;
          });
    }
    if (first.equals("api") && second.equals("runs") && length == 3) {
      return Optional.of(new Route.Get(request -> runs.one(path.get(2))));
    }
    if (first.equals("runs") && length == 3 && path.get(2).equals(FileNames.REPORT)) {
      return Optional.of(new Route.Get(request -> runs.report(second)));
    }
    return Optional.empty();
  }

  private static String waiting() {
    return "No network is trained yet. Train one: " + Invocation.command() + " train";
  }

  /** Where the page is. */
  public URI address() {
    return server.address();
  }

  /** Answers what is in hand, for a while, and ends. */
  @Override
  public void close() {
    server.close();
    predicting.close();
  }
}
