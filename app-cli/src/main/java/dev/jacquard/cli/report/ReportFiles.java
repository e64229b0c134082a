package dev.jacquard.cli.report;

import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.cli.chart.Drawing;
import dev.jacquard.cli.chart.Png;
import dev.jacquard.cli.run.RunFolder;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Writes a report: the page, and each chart as an SVG and a PNG file. */
public final class ReportFiles {
  private ReportFiles() {}

  /**
   * Writes into a run's folder. Charts of an earlier report that this one lacks are deleted.
   *
   * @param version of this program
   * @return a line for the user if there are no PNG files
   * @throws JacquardException if a file cannot be written
   */
  public static Optional<String> write(RunFolder folder, Report report, String version) {
    return write(folder, report, version, Png.obstacle());
  }

  /** Where PNG files may have an obstacle. */
  static Optional<String> write(
      RunFolder folder, Report report, String version, Optional<String> obstacle) {
    Charts charts = Charts.of(report);
    write(folder.report(), ReportPage.of(report, charts, version));
    Map<String, Drawing> files = charts.files();
    Path plots = folder.plots();
    create(plots);
    for (String name : Charts.NAMES) {
      Path svg = plots.resolve(name + ".svg");
      if (files.containsKey(name)) {
        write(svg, files.get(name).file());
      } else {
        delete(svg);
      }
    }
    for (String name : Charts.NAMES) {
      Path png = plots.resolve(name + ".png");
      if (files.containsKey(name) && obstacle.isEmpty()) {
        Png.write(png, files.get(name));
      } else {
        delete(png);
      }
    }
    return obstacle.map(
        reason ->
            "The charts are not written as PNG, because this Java cannot draw text ("
                + reason
                + "); install fontconfig and a font (Debian: apt-get install fontconfig"
                + " fonts-dejavu-core). The page and the SVG files are complete.");
  }

  /** The page of two runs. */
  public static String comparison(Report first, Report second, String version) {
    return ComparisonPage.of(first, second, version);
  }

  private static void write(Path file, String text) {
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void create(Path folder) {
    attempt("cannot create the folder " + folder, () -> Files.createDirectories(folder));
  }

  private static void delete(Path file) {
    attempt("cannot delete " + file, () -> Files.deleteIfExists(file));
  }

  private static void attempt(String failure, Callable<?> action) {
    try {
      action.call();
    } catch (IOException e) {
      throw new JacquardException(failure + ": " + IoReason.of(e), e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
