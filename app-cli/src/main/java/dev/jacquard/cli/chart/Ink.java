package dev.jacquard.cli.chart;

import java.util.Locale;

/**
 * The colours of drawings and pages, each for light and for dark surroundings. A drawing carries
 * the light one as an attribute, which any viewer understands, and a class, by which a page's style
 * sheet overrides it.
 */
public enum Ink {
  /** Text. */
  TEXT("#1b2027", "#e7eaee"),
  /** Text that stands back. */
  MUTED("#5d6773", "#9aa4b0"),
  /** Axes, rules and frames. */
  RULE("#dfe3e8", "#30363d"),
  /** What all else stands on. */
  SURFACE("#ffffff", "#12161b"),
  /** What stands out a little from the surface: bars without a meaning of their own. */
  QUIET("#c5ccd5", "#465160"),
  /** The first of two things. */
  FIRST("#2563c9", "#6ea3f7"),
  /** The second of two things. */
  SECOND("#c2570c", "#f0954f"),
  /** What is right. */
  RIGHT("#157a43", "#4fc384"),
  /** What is wrong. */
  WRONG("#c0322b", "#f47c73"),
  /**
   * What a cell of a matrix is filled with, the more the more it counts; no further from the
   * surface than that {@link #TEXT} can be read on a full one, and so on each.
   */
  HEAT("#4f89e6", "#2d62b8");

  private final String light;
  private final String dark;

  Ink(String light, String dark) {
    this.light = light;
    this.dark = dark;
  }

  /** In light surroundings, {@code #rrggbb}. */
  String light() {
    return light;
  }

  /** In dark surroundings, {@code #rrggbb}. */
  String dark() {
    return dark;
  }

  private String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Attributes of an element that is filled with it. */
  String fill() {
    return " class=\"f-" + label() + "\" fill=\"" + light + "\"";
  }

  /** Attributes of an element that is outlined with it. */
  String stroke() {
    return " class=\"s-" + label() + "\" stroke=\"" + light + "\"";
  }

  /**
   * Rules of a style sheet: a variable for each colour, {@code --text}, in light surroundings or,
   * on a screen that prefers them, dark ones, and the classes of drawings.
   */
  public static String styleSheet() {
    StringBuilder lights = new StringBuilder();
    StringBuilder darks = new StringBuilder();
    StringBuilder classes = new StringBuilder();
    for (Ink ink : values()) {
      String name = ink.label();
      lights.append("--").append(name).append(":").append(ink.light).append(";");
      darks.append("--").append(name).append(":").append(ink.dark).append(";");
      classes.append(".f-").append(name).append("{fill:var(--").append(name).append(")}");
      classes.append(".s-").append(name).append("{stroke:var(--").append(name).append(")}\n");
    }
    return ":root{"
        + lights
        + "}\n@media screen and (prefers-color-scheme:dark){:root{"
        + darks
        + "}}\n"
        + classes;
  }
}
