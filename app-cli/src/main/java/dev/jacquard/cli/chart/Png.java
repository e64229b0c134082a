package dev.jacquard.cli.chart;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.DocumentLimits;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import dev.jacquard.checkpoint.AtomicFile;
import java.awt.Color;
import java.awt.Component;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Drawings as PNG files, two pixels for each of the drawing's. */
public final class Png {
  private static final double SCALE = 2;
  private static final double MOST_PIXELS = 16e6;

  /** The limits are against hostile files; a matrix of 128 classes has more elements than usual. */
  private static final DocumentLimits OWN_DRAWINGS = new DocumentLimits(8, 32, 1_000_000);

  private Png() {}

  /**
   * Why this Java cannot draw text, as one without fonts or the system's font libraries cannot;
   * empty if it can.
   */
  public static Optional<String> obstacle() {
    try {
      GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames();
      new Font(Font.SANS_SERIF, Font.PLAIN, 12)
          .createGlyphVector(new FontRenderContext(null, true, true), "x");
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      // Which one it is depends on the JDK, on what is missing, and on whether this is the first
      // time. What is missing stands in the innermost.
      Throwable innermost = e;
      while (innermost.getCause() != null) {
        innermost = innermost.getCause();
      }
      String reason = innermost.getMessage() == null ? "" + innermost : innermost.getMessage();
      return Optional.of(reason.lines().findFirst().orElse(""));
    }
  }

  /**
   * Writes a file.
   *
   * @throws dev.jacquard.error.JacquardException if it cannot be written
   */
  public static void write(Path file, Drawing drawing) {
    // Before the drawing is read, whose pictures are decoded by ImageIO, too.
    ImageIO.setUseCache(false);
    SVGDocument document =
        new SVGLoader()
            .load(
                new ByteArrayInputStream(drawing.file().getBytes(StandardCharsets.UTF_8)),
                null,
                LoaderContext.builder().documentLimits(OWN_DRAWINGS).build());
    if (document == null) {
      throw new IllegalStateException("not a drawing: " + drawing.label());
    }
    float width = document.size().width;
    float height = document.size().height;
    double scale = Math.min(SCALE, Math.sqrt(MOST_PIXELS / width / height));
    BufferedImage image =
        new BufferedImage(
            (int) Math.ceil(width * scale),
            (int) Math.ceil(height * scale),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.scale(scale, scale);
    document.render((Component) null, graphics, new ViewBox(0, 0, width, height));
    graphics.dispose();
    AtomicFile.write(file, out -> ImageIO.write(image, "png", out));
  }
}
